"""오전 and 오후 stand before the hour (Django writes them behind it). Not here: what Django writes as Koreans do."""

DATETIME_FORMAT = "Y년 n월 j일 A g:i"
TIME_FORMAT = "A g:i"
