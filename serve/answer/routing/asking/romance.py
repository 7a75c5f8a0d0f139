"""How French, Spanish, Italian and Portuguese ask about documents as a whole.

For each language: what asks about a whole, and what names a part of a document; all text is case
folded.
"""

from __future__ import annotations

ROMANCE = {
    "fr": (
        (
            r"\brésum|\bsynthèse|\bsynthétis|\baperçu\b|\bvue d['’]ensemble\b|\ben (?:quelques"
            r"|deux|trois"
            r"|cinq|dix) (?:phrases|points|mots|lignes)\b|\bgrandes lignes\b",
            r"\bde quoi (?:parle|traite|s['’]agit|est-il question)|\bquel est le (?:sujet"
            r"|contenu)\b",
            r"\b(?:principa(?:l|le|ux|les)|grand(?:e)?s|essentiel(?:le)?s|récurrent(?:e)?s"
            r"|commun(?:e)?s)"
            r" (?:thèmes?|idées?|conclusions?|points?|arguments?|enseignements?|résultats?|sujets?"
            r"|contributions?)\b|\b(?:thèmes?|idées?|conclusions?|points?) (?:principa|centra"
            r"|récurrent"
            r"|essentiel|clés?|commun)",
            r"\b(?:tout(?:e)? (?:le|la|l['’])|l['’]ensemble (?:du|de la|des)"
            r"|l['’]intégralité) ?(?:\w+ )?"
            r"(?:document|contrat|texte|rapport|livre|projet|code|accord|manuel|roman|dossier)",
            r"\b(?:liste[rsz]?|énumèr\w*|cite[rsz]?|dresse[rsz]?|relève[rsz]?|donne[rsz]?"
            r"|trouve[rsz]?"
            r"|recense[rsz]?|indique[rsz]?|identifie[rsz]?|fais|faites)\b[^?]{0,40}\b(?:tous"
            r"|toutes|liste"
            r"|chaque)\b|\bquel(?:le)?s sont (?:tous|toutes)\b",
            r"\bcombien de fois\b|\btout au long\b|\bd['’]un bout à l['’]autre\b",
            r"\b(?:compar|différ|distingu)\w*\b[^?]{0,80}\b(?:contrats|rapports|documents|études"
            r"|sociétés"
            r"|entreprises|versions|articles|années|trimestres|textes)\b",
            r"\b(?:évolu|chang|vari|progress|modifi)\w*\b[^?]{0,60}\b(?:au fil|au cours|entre les"
            r"|depuis"
            r"|d['’](?:année|un trimestre)|à travers|versions?)\b|\bau fil (?:des|du|de)\b",
            r"\b(?:dans|parmi|à travers|entre|de) (?:tous les|toutes les|ces|chacun des"
            r"|les (?:deux|trois"
            r"|quatre)) (?:\w+ )?(?:documents|contrats|rapports|textes|articles|études"
            r"|versions)\b",
            r"\bexplique[rsz]?(?:-moi)? (?:ce|cette|le|la|l['’]) ?(?:contrat|rapport|texte"
            r"|document|étude|article|code|projet)\b"
            r"|\bintrigue (?:du|de)\b|\bd['’]accord entre (?:eux|elles)\b"
            r"|\bensemble de la période\b|\bclauses abusives\b"
            r"|\btableau (?:de|avec) tou(?:s|tes)\b|\bm['’]engage",
            r"\bcontredi|\bcontradict|\bincohéren|\bnulle part\b|\bchronologie\b|\bfrise\b",
            r"\b(?:architecture|structure|organisation) (?:générale|globale|d['’]ensemble|du"
            r"|de la)\b",
        ),
        r"\b(?:section|article|clause|page|tableau|paragraphe|chapitre) ?\d",
    ),
    "es": (
        (
            r"\bresum(?:e|a|ir|an) (?:el|la|los|las|este|esta|estos|estas|lo|en)\b|\bresumen\b"
            r"|\bsíntesis\b|\bsintetiz|\bvisión (?:general|global|de conjunto)\b"
            r"|\ben (?:pocas|dos|tres|cinco|diez) (?:frases|puntos|palabras|líneas)\b"
            r"|\ba grandes rasgos\b",
            r"\bde qué (?:trata|va|habla)|\bsobre qué (?:trata|es|habla)|\bcuál es el (?:tema"
            r"|contenido)\b",
            r"\b(?:principales|grandes|centrales|comunes|recurrentes) (?:\w+ )?(?:temas?|ideas?"
            r"|conclusiones"
            r"|puntos?|argumentos?|hallazgos|aportaciones|contribuciones|resultados)\b|\b(?:temas?"
            r"|ideas?"
            r"|puntos?|conclusiones) (?:principal|central|clave|recurrente|comun)",
            r"\b(?:todo el|toda la|la totalidad|el conjunto) (?:\w+ )?(?:documento|contrato|texto"
            r"|informe"
            r"|libro|proyecto|código|acuerdo|manual|novela|repositorio)\b",
            r"\b(?:enumer\w+|list\w*|menciona|cita|nombra|identifica|encuentra|haz|dame|extrae"
            r"|señala"
            r"|indica)\b[^?]{0,40}\b(?:todos|todas|lista|cada)\b|\bcuáles son (?:todos|todas)\b",
            r"\bcuántas veces\b|\ba lo largo de\b|\bde principio a fin\b",
            r"\b(?:compar|difer|distingu)\w*\b[^?]{0,80}\b(?:contratos|informes|documentos"
            r"|estudios"
            r"|empresas|compañías|versiones|artículos|años|trimestres|textos)\b",
            r"\b(?:cambi|evoluci|vari|modific)\w*\b[^?]{0,60}\b(?:con el tiempo|a lo largo"
            r"|entre las?"
            r" (?:\w+ )?versi|desde|a través|de un (?:año|trimestre))\b|\bcambiado entre\b",
            r"\b(?:en|de|entre) (?:todos los|todas las|estos|estas|cada uno de los|los (?:dos|tres"
            r"|cuatro))"
            r" (?:\w+ )?(?:documentos|contratos|informes|textos|artículos|estudios|versiones)\b",
            r"\bexpl[ií]ca(?:me|r|nos)? (?:el|la|este|esta) (?:contrato|informe|texto|documento"
            r"|estudio|artículo|código|proyecto)\b"
            r"|\b(?:argumento|trama) de (?:la|el|este|esta)\b|\btrama del\b|\bentre sí\b"
            r"|\btodo el periodo\b|\bme comprometo\b"
            r"|\btabla con tod[oa]s\b|\ben pocas palabras\b",
            r"\bcontradi|\bincoheren|\binconsisten|\bninguna parte\b|\bcronolog"
            r"|\blínea de tiempo\b",
            r"\b(?:arquitectura|estructura|organización) (?:general|global|del|de la)\b",
        ),
        r"\b(?:sección|artículo|cláusula|página|tabla|párrafo|capítulo) ?\d",
    ),
    "it": (
        (
            r"\briassum|\briassunto|\bsintesi\b|\bsintetizz|\bpanoramica\b|\bin (?:poche|due|tre"
            r"|cinque"
            r"|dieci) (?:frasi|punti|parole|righe)\b|\ba grandi linee\b|\bquadro (?:generale"
            r"|complessivo)\b",
            r"\bdi (?:che )?cosa (?:parla|tratta|si tratta)|\bdi che (?:parla|tratta)"
            r"|\bqual è il contenuto\b",
            r"\b(?:principali|grandi|comuni|ricorrenti) (?:\w+ )?(?:temi|idee|conclusioni|punti"
            r"|argomenti"
            r"|risultati|contributi)\b|\b(?:temi|idee|punti|conclusioni|tema) (?:principal|central"
            r"|chiave"
            r"|ricorrent|comun)",
            r"\b(?:tutto il|tutta la|l['’]intero|l['’]intera) (?:\w+ )?(?:documento|contratto"
            r"|testo|rapporto"
            r"|libro|progetto|codice|accordo|manuale|romanzo|relazione)\b",
            r"\b(?:elenca\w*|indica|cita|nomina|trova|identifica|fai|dammi|estrai"
            r"|segnala)\b[^?]{0,40}\b"
            r"(?:tutti|tutte|elenco|ogni)\b|\bquali sono (?:tutti|tutte)\b",
            r"\bquante volte\b|\bnel corso (?:del|degli|dell|della)|\bda cima a fondo\b"
            r"|\bin tutto il\b",
            r"\b(?:confront|paragon|differ)\w*\b[^?]{0,80}\b(?:contratti|rapporti|documenti|studi"
            r"|società"
            r"|aziende|versioni|articoli|anni|trimestri|testi|bilanci)\b",
            r"\b(?:cambia|evolv|evolu|varia|modifica)\w*\b[^?]{0,60}\b(?:nel tempo|nel corso"
            r"|tra le"
            r" (?:\w+ )?version|attraverso|di anno in anno)\b",
            r"\b(?:in|di|tra|fra) (?:tutti i|tutte le|questi|queste) (?:\w+ )?(?:documenti"
            r"|contratti"
            r"|rapporti|testi|articoli|studi|versioni)\b",
            r"\bspiega(?:mi|re|ci)? (?:il|la|lo|questo|questa|l['’]) ?(?:contratto|rapporto|testo"
            r"|documento|studio|articolo|codice)\b"
            r"|\btrama del|\btra (?:loro|di loro)\b|\btabella con tutt[ei]\b"
            r"|\bin parole semplici\b|\bmi impegno\b",
            r"\bcontraddi|\bincoeren|\bda nessuna parte\b|\bcronolog|\blinea del tempo\b",
            r"\b(?:architettura|struttura|organizzazione) (?:generale|complessiva|del|della)\b",
        ),
        r"\b(?:sezione|articolo|clausola|pagina|tabella|paragrafo|capitolo) ?\d",
    ),
    "pt": (
        (
            r"\bresum(?:a|ir|am) (?:o|a|os|as|este|esta|estes|estas|em)\b|\bresumo\b|\bsíntese\b"
            r"|\bsintetiz|\bvisão geral\b|\bem (?:poucas|duas|três|cinco"
            r"|dez) (?:frases|pontos|palavras|linhas)\b|\bem linhas gerais\b",
            r"\b(?:sobre|de) (?:o )?que (?:trata|é|fala|se trata)\b(?=[^?]{0,40}\b(?:documento"
            r"|texto|livro"
            r"|contrato|relatório|artigo|isso))|\bdo que (?:trata|fala|se trata)\b",
            r"\b(?:principais|grandes|comuns|recorrentes) (?:\w+ )?(?:temas?|ideias?|conclusões"
            r"|pontos?"
            r"|argumentos?|achados|contribuições|resultados)\b|\b(?:temas?|ideias?|pontos?"
            r"|conclusões)"
            r" (?:principa|centra|chave|recorrente|comu)",
            r"\b(?:todo o|toda a|a totalidade) (?:\w+ )?(?:documento|contrato|texto|relatório"
            r"|livro|projeto"
            r"|código|acordo|manual|romance|repositório)\b",
            r"\b(?:list\w*|enumer\w+|cite|nomeie|identifique|encontre|faça|dê-me|extraia|aponte"
            r"|indique)\b"
            r"[^?]{0,40}\b(?:todos|todas|lista|cada)\b|\bquais são (?:todos|todas)\b",
            r"\bquantas vezes\b|\bao longo d\w+\b|\bdo começo ao fim\b",
            r"\b(?:compar|difer|distingu)\w*\b[^?]{0,80}\b(?:contratos|relatórios|documentos"
            r"|estudos"
            r"|empresas|companhias|versões|artigos|anos|trimestres|textos)\b",
            r"\b(?:mud|evolu|vari|alter)\w*\b[^?]{0,60}\b(?:com o tempo|ao longo"
            r"|entre as? (?:\w+ )?vers"
            r"|através|de um (?:ano|trimestre))\b",
            r"\b(?:em|de|entre) (?:todos os|todas as|estes|estas"
            r"|cada um dos) (?:\w+ )?(?:documentos"
            r"|contratos|relatórios|textos|artigos|estudos|versões)\b",
            r"\bexpli(?:que|ca|car) (?:o|a|este|esta) (?:contrato|relatório|texto|documento|estudo"
            r"|artigo|código)\b"
            r"|\benredo d|\bentre si\b|\btabela com tod[oa]s\b|\bem termos simples\b"
            r"|\bcomprometo\b",
            r"\bcontradi|\bincoeren|\binconsisten|\blugar nenhum\b|\bcronolog|\blinha do tempo\b",
            r"\b(?:arquitetura|estrutura|organização) (?:geral|global|do|da)\b",
        ),
        r"\b(?:seção|artigo|cláusula|página|tabela|parágrafo|capítulo) ?\d",
    ),
}
