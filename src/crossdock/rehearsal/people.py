"""Makes up buyers for anonymised orders: names of many scripts, streets, e-mail addresses that lead nowhere.

The same person (same id) is always made up the same way. Not here: cities and postcodes, which are real.
"""

from random import Random
from typing import Any

GIVEN = [
    "Ana",
    "Maria",
    "João",
    "Pedro",
    "Luísa",
    "Antônio",
    "Beatriz",
    "Caio",
    "Débora",
    "Eduardo",
    "Fernanda",
    "Gustavo",
    "Helena",
    "Ítalo",
    "Joana",
    "Kauã",
    "Larissa",
    "Márcio",
    "Natália",
    "Otávio",
    "Patrícia",
    "Rafael",
    "Simone",
    "Tomás",
    "Úrsula",
    "Vinícius",
    "Yasmin",
    "Zélia",
]
FAMILY = [
    "Silva",
    "Souza",
    "Costa",
    "Santos",
    "Oliveira",
    "Pereira",
    "Rodrigues",
    "Almeida",
    "Nascimento",
    "Lima",
    "Araújo",
    "Fernandes",
    "Carvalho",
    "Gomes",
    "Martins",
    "Rocha",
    "Ribeiro",
    "Alves",
    "Monteiro",
    "Mendes",
    "Barros",
    "Freitas",
    "Barbosa",
    "Pinto",
    "Moura",
    "Cavalcanti",
    "Dias",
    "Castro",
    "Campos",
]
# One buyer in twelve has a name that careless software breaks on.
UNUSUAL = (
    ("Zoë 🌻", "Ferreira"),
    ("محمد", "الأحمد"),
    ("שרה", "לוי"),
    ("美咲", "山本"),
    ("수진", "김"),
    ("Владимир", "Ильин"),
    ("Ngọc Ánh", "Nguyễn"),
    ("O'Brien-Smith", "d'Ávila"),
    ("Jo\u0308rg", "Mu\u0308ller"),  # letters with combining marks
    ("👩‍🚀 Sam", "🚀"),
    ("Iñigo", "Núñez \u200fהכהן"),  # a right-to-left mark inside
    ("X", "Æ"),
)
STREETS = (
    "Rua das Flores",
    "Avenida Brasil",
    "Rua Sete de Setembro",
    "Travessa do Comércio",
    "Alameda Santos",
    "Rua XV de Novembro",
    "Estrada Velha",
    "Praça da Sé",
    "Rua São João",
)


def made_up(person_id: str, seed: int) -> dict[str, str]:
    """first_name, last_name, email and phone of the person with that id."""
    random = Random(f"{seed}:person:{person_id}")
    first, last = random.choice(GIVEN), random.choice(FAMILY)
    if random.random() < 1 / 12:
        first, last = random.choice(UNUSUAL)
    return {
        "first_name": first,
        "last_name": last,
        "email": f"buyer-{person_id[:12]}@example.com",
        "phone": f"+55119{random.randrange(10**7, 10**8)}",
    }


def address(person: dict[str, str], *, zip_code: str, city: str, state: str, random: Random) -> dict[str, Any]:
    """A postal address as the control API takes it; the street and number are made up."""
    return {
        "first_name": person["first_name"],
        "last_name": person["last_name"],
        "company": "",
        "address1": f"{random.choice(STREETS)}, {random.randrange(1, 3000)}",
        "address2": random.choice(("", "", "", "Apto 12", "Bloco B 🏢")),
        "city": city.title(),
        "province_code": state,
        "country_code": "BR",
        "zip": f"{zip_code}-000",
        "phone": person["phone"],
    }
