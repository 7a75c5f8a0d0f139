import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from serve.answer.routing.refusals import refuses

ENGLISH = [
    "The document does not mention the color of the hat.",
    "I cannot find this in the documents.",
    "There is no information about the budget.",
    "Not specified",
    "Not specified.",
    "Unknown.",
    "N/A",
    "No information provided.",
    "Based on the context provided it is not possible to determine the growth rate.",
    "Unfortunately, the text does not include any information about production volumes.",
    "I'm sorry, but the question is not in the provided text.",
    "I apologize, but I cannot find the total inventory value in the provided chunks.",
    "The provided excerpts do not contain information about the average salary.",
    "The inn is not explicitly named in the given chunks.",
    "The name of the inn and the street are not stated in the documents.",
    "None of the passages mentions who signed it.",
    "I don't know.",
    "I do not have enough information to answer that.",
    "The answer is not stated in the context.",
    "This question cannot be answered from the given text.",
    "It is unclear from the documents who opened the gate.",
    "The sources are silent on this.",
    "We do not provide region-specific employee data.",
    "Paper 4, titled “Weak to Strong”, does not mention asteroids. It is about alignment.",
    "The text focuses on performance. It does *not* discuss ecological impacts.",
    "To calculate the ratio, we need two figures:\n1. Inventory\n2. Cost of goods sold\n"
    "However, the provided context does not include the cost of goods sold.",
    "The document doesn't mention a fee, but it was signed in 1990.",
    "There is no mention of a favorite book. In fact, he rarely read.",
    "**The report does not disclose** the number of new customers.",
    "I'm sorry, but you haven't provided the balance sheet.",
    "Based on the provided text, no long-term strategy is mentioned.",
    "The provided information is insufficient to tell.",
    "The name of the inn is not mentioned [1].",
    "The height is not stated [E3, E4]. The documents are about its bells [E3].",
]
ELSEWHERE = {
    "de": [
        "Das Dokument erwähnt die Höhe des Turms nicht.",
        "Die Dokumente enthalten keine Angaben zum Umsatz.",
        "In den vorliegenden Unterlagen finde ich dazu keine Informationen.",
        "Leider geht aus dem Text nicht hervor, wer den Vertrag unterschrieben hat.",
        "Ich kann die Antwort in den Dokumenten nicht finden.",
        "Es gibt keine Informationen über das Budget.",
        "Nicht angegeben.",
        "Auf Grundlage des Kontexts ist es nicht möglich, die Frage zu beantworten.",
        "Das lässt sich anhand der Quellen nicht beantworten.",
        "Der Name des Gasthofs wird im Text nicht genannt.",
        "Dazu steht nichts in den Dokumenten.",
    ],
    "fr": [
        "Le document ne mentionne pas la hauteur de la tour.",
        "Je ne trouve pas cette information dans les documents.",
        "Il n'y a aucune information sur le budget.",
        "Malheureusement, les extraits fournis ne précisent pas qui a signé le contrat.",
        "Non précisé.",
        "D'après le contexte, il n'est pas possible de répondre à cette question.",
        "Cette information n’est pas indiquée dans le texte.",
        "Aucune mention n'est faite du chiffre d'affaires.",
        "Les documents ne permettent pas de déterminer la date.",
        "Je ne dispose pas d'informations suffisantes pour répondre.",
    ],
    "es": [
        "El documento no menciona la altura de la torre.",
        "No encuentro esa información en los documentos.",
        "No hay información sobre el presupuesto.",
        "Lamentablemente, el texto no especifica quién firmó el contrato.",
        "No especificado.",
        "Según el contexto proporcionado, no es posible determinar la fecha.",
        "Los fragmentos no contienen datos sobre los ingresos.",
        "No se menciona el nombre del hotel en el texto.",
        "No puedo responder a esta pregunta con la información disponible.",
        "Ninguno de los documentos indica el precio.",
    ],
    "it": [
        "Il documento non menziona l'altezza della torre.",
        "Non riesco a trovare questa informazione nei documenti.",
        "Non ci sono informazioni sul bilancio.",
        "Purtroppo il testo non specifica chi ha firmato il contratto.",
        "Non specificato.",
        "In base al contesto fornito non è possibile stabilire la data.",
        "I brani non contengono dati sui ricavi.",
        "Il nome dell'albergo non è indicato nel testo.",
        "Nessuno dei documenti indica il prezzo.",
    ],
    "pt": [
        "O documento não menciona a altura da torre.",
        "Não encontrei essa informação nos documentos.",
        "Não há informações sobre o orçamento.",
        "Infelizmente, o texto não especifica quem assinou o contrato.",
        "Não especificado.",
        "Com base no contexto, não é possível determinar a data.",
        "Os trechos não contêm dados sobre a receita.",
        "O nome do hotel não é mencionado no texto.",
        "Nenhum dos documentos indica o preço.",
    ],
    "nl": [
        "Het document vermeldt de hoogte van de toren niet.",
        "Ik kan deze informatie niet vinden in de documenten.",
        "Er is geen informatie over het budget.",
        "Helaas staat er in de tekst niet wie het contract heeft ondertekend.",
        "Niet vermeld.",
        "Op basis van de context is het niet mogelijk om de vraag te beantwoorden.",
        "De fragmenten bevatten geen gegevens over de omzet.",
        "De naam van het hotel wordt niet genoemd in de tekst.",
    ],
    "ru": [
        "В документе не упоминается высота башни.",
        "Я не могу найти эту информацию в документах.",
        "Информация о бюджете отсутствует.",
        "К сожалению, в тексте не указано, кто подписал договор.",
        "Не указано.",
        "На основании предоставленного контекста невозможно определить дату.",
        "В отрывках нет данных о выручке.",
        "Документы не содержат ответа на этот вопрос.",
        "Об этом в тексте ничего не говорится.",
    ],
    "uk": [
        "У документі не згадується висота вежі.",
        "Я не можу знайти цю інформацію в документах.",
        "Немає інформації про бюджет.",
        "Не вказано.",
        "На жаль, у тексті не зазначено, хто підписав договір.",
    ],
    "zh": [
        "文档中没有提到塔的高度。",
        "我在文件中找不到相关信息。",
        "没有关于预算的信息。",
        "很抱歉,提供的文本并未说明谁签署了合同。",
        "未提及。",
        "根据所提供的上下文,无法确定日期。",
        "所给资料不包含收入数据。",
        "文件並未提及酒店的名稱。",
        "根据现有信息无法回答该问题。",
    ],
    "ja": [
        "文書には塔の高さについての記載がありません。",
        "この情報は資料の中に見つかりませんでした。",
        "予算に関する情報はありません。",
        "申し訳ありませんが、本文からは誰が署名したのかわかりません。",
        "不明です。",
        "提供されたコンテキストからは日付を特定できません。",
        "抜粋には売上高は示されていません。",
        "ホテルの名前は本文では言及されていない。",
    ],
    "ko": [
        "문서에는 탑의 높이가 언급되어 있지 않습니다.",
        "문서에서 해당 정보를 찾을 수 없습니다.",
        "예산에 대한 정보가 없습니다.",
        "죄송하지만 본문에는 누가 계약서에 서명했는지 나와 있지 않습니다.",
        "알 수 없음",
        "제공된 문맥만으로는 날짜를 확인할 수 없습니다.",
        "발췌문에는 매출 데이터가 포함되어 있지 않습니다.",
    ],
    "pl": [
        "Dokument nie wspomina o wysokości wieży.",
        "Nie mogę znaleźć tej informacji w dokumentach.",
        "Brak informacji o budżecie.",
        "Niestety w tekście nie podano, kto podpisał umowę.",
        "Nie określono.",
        "Na podstawie podanego kontekstu nie można ustalić daty.",
        "Fragmenty nie zawierają danych o przychodach.",
        "Nazwa hotelu nie jest podana w tekście.",
    ],
    "cs": [
        "Dokument neuvádí výšku věže.",
        "V dokumentech jsem tuto informaci nenašel.",
        "V textu není uvedeno, kdo smlouvu podepsal.",
        "Na základě kontextu nelze určit datum.",
        "Neuvedeno.",
    ],
    "sv": [
        "Dokumentet nämner inte tornets höjd.",
        "Jag kan inte hitta den informationen i dokumenten.",
        "Det finns ingen information om budgeten.",
        "Det framgår inte av texten vem som skrev under avtalet.",
        "Dokumentet nævner ikke tårnets højde.",
        "Teksten oppgir ikke hvem som signerte.",
    ],
    "tr": [
        "Belgede kulenin yüksekliğinden bahsedilmiyor.",
        "Bu bilgiyi belgelerde bulamadım.",
        "Bütçe hakkında bilgi yok.",
        "Maalesef metinde sözleşmeyi kimin imzaladığı belirtilmemiştir.",
        "Belirtilmemiş.",
        "Verilen bağlama göre tarihi belirlemek mümkün değil.",
        "Metin gelir verilerini içermiyor.",
        "Sağlanan kaynaklarda bu soruya yanıt bulunmamaktadır.",
    ],
    "ar": [
        "لا تذكر الوثيقة ارتفاع البرج.",
        "لا أستطيع العثور على هذه المعلومة في المستندات.",
        "لا توجد معلومات عن الميزانية.",
        "للأسف، لا يوضح النص من وقع العقد.",
        "غير محدد.",
        "بناءً على السياق المقدم، لا يمكن تحديد التاريخ.",
        "المقتطفات لا تحتوي على بيانات عن الإيرادات.",
        "لم يرد اسم الفندق في النص.",
    ],
    "hi": [
        "दस्तावेज़ में मीनार की ऊँचाई का उल्लेख नहीं है।",
        "मुझे यह जानकारी दस्तावेज़ों में नहीं मिली।",
        "बजट के बारे में कोई जानकारी नहीं है।",
        "दिए गए संदर्भ के आधार पर तारीख निर्धारित करना संभव नहीं है।",
        "पाठ में यह नहीं बताया गया है कि अनुबंध पर किसने हस्ताक्षर किए।",
        "निर्दिष्ट नहीं है।",
    ],
}
ANSWERS = [
    "",
    "   \n",
    "Revenue was 5M [1]. The documents do not say how much of it was recurring.",
    "Macaroons sopped in brandy, though its more refined name is not mentioned.",
    "The tower is 56 m high.",
    "No.",
    "No, the company has no debt.",
    "No, there were no significant acquisitions reported in the filing.",
    "None of the directors voted against it.",
    "The company does not pay a dividend.",
    "The company did not disclose the breach to its customers until May.",
    "The data is not available to third parties.",
    "The lease does not provide for early termination.",
    "LLMs cannot verify plans and thus cannot improve by self-critiquing.",
    "She believes it is impossible to find chivalry in him.",
    "The text doesn't explicitly state it, but it implies that he lived in the office.",
    "Paper 0 does not directly address tables. In contrast, Paper 2 introduces a benchmark.",
    "Paper 2 does not address bias, while Paper 3 tests for it.",
    "Red blocks, which are not mentioned in paper 1, improve the prompts.",
    "Unknown assailants broke in at night.",
    "He said: “I would prefer not to.”",
    "The lack of training data leads to poor performance.",
    "Der Turm ist 56 m hoch. Wer ihn gebaut hat, sagen die Dokumente nicht.",
    "Nein, das Unternehmen zahlt keine Dividende.",
    "Das Unternehmen zahlt keine Dividende.",
    "La société ne verse pas de dividende.",
    "La tour mesure 56 m, mais le document ne précise pas qui l'a construite.",
    "La empresa no paga dividendos.",
    "La torre mide 56 m. El documento no dice quién la construyó.",
    "La società non paga dividendi.",
    "A empresa não paga dividendos.",
    "Het bedrijf keert geen dividend uit.",
    "Компания не выплачивает дивиденды.",
    "Высота башни 56 м. В документе не указано, кто её построил.",
    "该公司不派发股息。",
    "塔高56米。文件没有说明建造者。",
    "この会社は配当を支払いません。",
    "塔の高さは56メートルです。建設者については記載がありません。",
    "이 회사는 배당금을 지급하지 않습니다.",
    "Spółka nie wypłaca dywidendy.",
    "Şirket temettü ödemiyor.",
    "لا تدفع الشركة أرباحًا.",
    "कंपनी लाभांश नहीं देती है।",
]


@pytest.mark.parametrize("answer", ENGLISH)
def test_an_answer_that_finds_nothing_in_the_documents_refuses(answer: str) -> None:
    assert refuses(answer)


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(a, id=f"{code}-{i}")
        for code, all_ in ELSEWHERE.items()
        for i, a in enumerate(all_)
    ],
)
def test_it_refuses_in_other_languages(answer: str) -> None:
    assert refuses(answer)


@pytest.mark.parametrize("answer", ANSWERS)
def test_an_answer_that_answers_does_not_refuse(answer: str) -> None:
    assert not refuses(answer)


@given(st.text(max_size=300))
def test_any_text_is_judged(text: str) -> None:
    assert refuses(text) in {True, False}


@pytest.mark.parametrize(
    "unit",
    [
        "the document does ",
        "no no ",
        "there is no ",
        "not ",
        "is not ",
        "(((",
        "\n",
        "while but ",
        "文档没有",
        "document ne ",
    ],
)
def test_a_longer_answer_takes_no_longer(unit: str) -> None:
    short, long = unit * (2_000 // len(unit)), unit * (400_000 // len(unit))
    refuses(short)  # patterns are made when they are first needed
    assert _spent(long) <= 10 * _spent(short) + 0.02


def _spent(answer: str) -> float:
    """Return the least CPU seconds of three."""
    found: list[float] = []
    for _ in range(3):
        start = time.process_time()
        refuses(answer)
        found.append(time.process_time() - start)
    return min(found)
