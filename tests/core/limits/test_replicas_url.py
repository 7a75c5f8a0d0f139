import pytest

from core.errors import SettingsError
from core.limits.replicas import connect


@pytest.mark.parametrize("url", ["localhost:6379", "redis://:s3cret@host:port/0"])
def test_what_is_no_url_of_redis_is_refused_and_not_shown(url: str) -> None:
    with pytest.raises(SettingsError, match="IBID_REDIS_URL") as caught:
        connect(url)
    assert "s3cret" not in str(caught.value)
