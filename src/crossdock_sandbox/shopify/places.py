"""Country and province names for the codes that addresses come with. Not complete: an unknown code is its own name."""

COUNTRIES = {
    "AR": "Argentina", "AT": "Austria", "AU": "Australia", "BE": "Belgium", "BR": "Brazil", "CA": "Canada",
    "CH": "Switzerland", "CL": "Chile", "CN": "China", "CO": "Colombia", "CZ": "Czechia", "DE": "Germany",
    "DK": "Denmark", "EG": "Egypt", "ES": "Spain", "FI": "Finland", "FR": "France", "GB": "United Kingdom",
    "GR": "Greece", "HK": "Hong Kong SAR", "HU": "Hungary", "IE": "Ireland", "IL": "Israel", "IN": "India",
    "IT": "Italy", "JP": "Japan", "KR": "South Korea", "KW": "Kuwait", "MX": "Mexico", "MY": "Malaysia",
    "NL": "Netherlands", "NO": "Norway", "NZ": "New Zealand", "PE": "Peru", "PL": "Poland", "PT": "Portugal",
    "RO": "Romania", "SA": "Saudi Arabia", "SE": "Sweden", "SG": "Singapore", "TR": "Türkiye", "UA": "Ukraine",
    "US": "United States", "VN": "Vietnam", "ZA": "South Africa",
}  # fmt: skip
_CODES = {name.lower(): code for code, name in COUNTRIES.items()}
_PROVINCES = {
    "US": {"AL": "Alabama", "AZ": "Arizona", "CA": "California", "CO": "Colorado", "CT": "Connecticut", "FL": "Florida",
           "GA": "Georgia", "IL": "Illinois", "KY": "Kentucky", "MA": "Massachusetts", "MD": "Maryland", "ME": "Maine",
           "MI": "Michigan", "MN": "Minnesota", "NC": "North Carolina", "NJ": "New Jersey", "NV": "Nevada",
           "NY": "New York", "OH": "Ohio", "OR": "Oregon", "PA": "Pennsylvania", "TX": "Texas", "UT": "Utah",
           "VA": "Virginia", "VT": "Vermont", "WA": "Washington", "WI": "Wisconsin"},
    "CA": {"AB": "Alberta", "BC": "British Columbia", "MB": "Manitoba", "NS": "Nova Scotia", "ON": "Ontario",
           "QC": "Quebec", "SK": "Saskatchewan"},
    "BR": {"AC": "Acre", "AL": "Alagoas", "AM": "Amazonas", "AP": "Amapá", "BA": "Bahia", "CE": "Ceará",
           "DF": "Distrito Federal", "ES": "Espírito Santo", "GO": "Goiás", "MA": "Maranhão", "MG": "Minas Gerais",
           "MS": "Mato Grosso do Sul", "MT": "Mato Grosso", "PA": "Pará", "PB": "Paraíba", "PE": "Pernambuco",
           "PI": "Piauí", "PR": "Paraná", "RJ": "Rio de Janeiro", "RN": "Rio Grande do Norte", "RO": "Rondônia",
           "RR": "Roraima", "RS": "Rio Grande do Sul", "SC": "Santa Catarina", "SE": "Sergipe", "SP": "São Paulo",
           "TO": "Tocantins"},
}  # fmt: skip


def country_name(code: str) -> str:
    return COUNTRIES.get(code, code)


def country_code(name: str) -> str:
    return _CODES.get(name.lower(), name if len(name) == 2 else "")


def province_name(country: str, code: str) -> str:
    return _PROVINCES.get(country, {}).get(code, code)
