"""Words that mean one thing in any language shops are kept in: colours and clothes sizes; and words that say nothing.

Not here: how words are compared (matching_text.py).
"""

EMPTY = frozenset(
    "a an and the of for with in on to de het een en met van voor und mit der die das fur och med for i av le la les "
    "des du et avec pour un une com para do da dos das e o os as em".split()
)
_COLOURS = {
    "black": "zwart zwarte schwarz svart noir noire preto preta negro negra nero 검정 검은색 블랙",
    "white": "wit witte weiss vit vitt blanc blanche branco branca blanco blanca bianco 흰색 화이트",
    "grey": "gray grijs grijze grau gra gris grise cinza cinzento 회색 그레이",
    "red": "rood rode rot rod rott rouge vermelho vermelha rojo roja rosso 빨강 빨간색 레드",
    "blue": "blauw blauwe blau bla blatt bleu bleue azul blu 파랑 파란색 블루",
    "green": "groen groene grun gron gront vert verte verde 초록 녹색 그린",
    "yellow": "geel gele gelb gul gult jaune amarelo amarela amarillo giallo 노랑 노란색 옐로우",
    "pink": "roze rosa rose 분홍 핑크",
    "purple": "paars paarse lila violet violett roxo roxa morado 보라 퍼플",
    "brown": "bruin bruine braun brun brunt brune marron castanho marrom 갈색 브라운",
    "orange": "oranje laranja naranja 주황 오렌지",
    "beige": "베이지",
    "gold": "goud guld dourado dorado 골드",
    "silver": "zilver silber prata plata 실버",
}
COLOURS = {word: colour for colour, words in _COLOURS.items() for word in (colour, *words.split())}
SIZES = {
    "xxsmall": "2xs", "xxs": "2xs", "xsmall": "xs", "extrasmall": "xs", "small": "s", "medium": "m", "large": "l",
    "xlarge": "xl", "extralarge": "xl", "xxl": "2xl", "xxlarge": "2xl", "2xlarge": "2xl", "xxxl": "3xl",
    "3xlarge": "3xl",
}  # fmt: skip
