"""Names of states and blocs: for features that must not know who speaks.

A stance comes from the words, never from who says them. So the fast model sees one token for every
state, one for every nationality, one for every capital and one for every bloc; and training and its
checks exchange these names for one another.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["BLOCS", "KINDS", "NAME_KINDS", "STATES", "name_kind"]

_STATES = """
Afghanistan, Afghan, Kabul; Albania, Albanian, Tirana; Algeria, Algerian, Algiers; Angola, Angolan, Luanda;
Argentina, Argentine, Buenos Aires; Armenia, Armenian, Yerevan; Australia, Australian, Canberra;
Austria, Austrian, Vienna; Azerbaijan, Azerbaijani, Baku; Bahrain, Bahraini, Manama;
Bangladesh, Bangladeshi, Dhaka; Belarus, Belarusian, Minsk; Belgium, Belgian, Brussels; Benin, Beninese, Cotonou;
Bolivia, Bolivian, La Paz; Bosnia, Bosnian, Sarajevo; Botswana, Botswanan, Gaborone; Brazil, Brazilian, Brasilia;
Britain, British, London; Bulgaria, Bulgarian, Sofia; Burundi, Burundian, Bujumbura;
Cambodia, Cambodian, Phnom Penh; Cameroon, Cameroonian, Yaounde; Canada, Canadian, Ottawa; Chad, Chadian, N'Djamena;
Chile, Chilean, Santiago; China, Chinese, Beijing; Colombia, Colombian, Bogota; Croatia, Croatian, Zagreb;
Cuba, Cuban, Havana; Cyprus, Cypriot, Nicosia; Czechia, Czech, Prague; Denmark, Danish, Copenhagen;
Djibouti, Djiboutian, Djibouti City; Ecuador, Ecuadorian, Quito; Egypt, Egyptian, Cairo; Eritrea, Eritrean, Asmara;
Estonia, Estonian, Tallinn; Ethiopia, Ethiopian, Addis Ababa; Fiji, Fijian, Suva; Finland, Finnish, Helsinki;
France, French, Paris; Gabon, Gabonese, Libreville; Gambia, Gambian, Banjul; Georgia, Georgian, Tbilisi;
Germany, German, Berlin; Ghana, Ghanaian, Accra; Greece, Greek, Athens; Guatemala, Guatemalan, Guatemala City;
Guinea, Guinean, Conakry; Guyana, Guyanese, Georgetown; Haiti, Haitian, Port-au-Prince;
Honduras, Honduran, Tegucigalpa; Hungary, Hungarian, Budapest; Iceland, Icelandic, Reykjavik;
India, Indian, New Delhi; Indonesia, Indonesian, Jakarta; Iran, Iranian, Tehran; Iraq, Iraqi, Baghdad;
Ireland, Irish, Dublin; Israel, Israeli, Jerusalem; Italy, Italian, Rome; Jamaica, Jamaican, Kingston;
Japan, Japanese, Tokyo; Jordan, Jordanian, Amman; Kazakhstan, Kazakh, Astana; Kenya, Kenyan, Nairobi;
Kosovo, Kosovar, Pristina; Kuwait, Kuwaiti, Kuwait City; Kyrgyzstan, Kyrgyz, Bishkek; Laos, Laotian, Vientiane;
Latvia, Latvian, Riga; Lebanon, Lebanese, Beirut; Lesotho, Basotho, Maseru; Liberia, Liberian, Monrovia;
Libya, Libyan, Tripoli; Lithuania, Lithuanian, Vilnius; Luxembourg, Luxembourgish, Luxembourg City;
Madagascar, Malagasy, Antananarivo; Malawi, Malawian, Lilongwe; Malaysia, Malaysian, Kuala Lumpur;
Mali, Malian, Bamako; Malta, Maltese, Valletta; Mauritania, Mauritanian, Nouakchott; Mexico, Mexican, Mexico City;
Moldova, Moldovan, Chisinau; Mongolia, Mongolian, Ulaanbaatar; Montenegro, Montenegrin, Podgorica;
Morocco, Moroccan, Rabat; Mozambique, Mozambican, Maputo; Myanmar, Burmese, Naypyidaw; Namibia, Namibian, Windhoek;
Nepal, Nepalese, Kathmandu; New Zealand, New Zealand, Wellington; Nicaragua, Nicaraguan, Managua;
Niger, Nigerien, Niamey; Nigeria, Nigerian, Abuja; North Korea, North Korean, Pyongyang;
North Macedonia, Macedonian, Skopje; Norway, Norwegian, Oslo; Oman, Omani, Muscat; Pakistan, Pakistani, Islamabad;
Panama, Panamanian, Panama City; Paraguay, Paraguayan, Asuncion; Peru, Peruvian, Lima;
Philippines, Philippine, Manila; Poland, Polish, Warsaw; Portugal, Portuguese, Lisbon; Qatar, Qatari, Doha;
Romania, Romanian, Bucharest; Russia, Russian, Moscow; Rwanda, Rwandan, Kigali; Saudi Arabia, Saudi, Riyadh;
Senegal, Senegalese, Dakar; Serbia, Serbian, Belgrade; Sierra Leone, Sierra Leonean, Freetown;
Singapore, Singaporean, Singapore; Slovakia, Slovak, Bratislava; Slovenia, Slovenian, Ljubljana;
Somalia, Somali, Mogadishu; South Africa, South African, Pretoria; South Korea, South Korean, Seoul;
Spain, Spanish, Madrid; Sri Lanka, Sri Lankan, Colombo; Sudan, Sudanese, Khartoum; Sweden, Swedish, Stockholm;
Switzerland, Swiss, Bern; Syria, Syrian, Damascus; Taiwan, Taiwanese, Taipei; Tajikistan, Tajik, Dushanbe;
Tanzania, Tanzanian, Dodoma; Thailand, Thai, Bangkok; Togo, Togolese, Lome; Tonga, Tongan, Nuku'alofa;
Tunisia, Tunisian, Tunis; Turkey, Turkish, Ankara; Turkmenistan, Turkmen, Ashgabat; Uganda, Ugandan, Kampala;
Ukraine, Ukrainian, Kyiv; United States, American, Washington; Uruguay, Uruguayan, Montevideo;
Uzbekistan, Uzbek, Tashkent; Vanuatu, Ni-Vanuatu, Port Vila; Venezuela, Venezuelan, Caracas;
Vietnam, Vietnamese, Hanoi; Yemen, Yemeni, Sanaa; Zambia, Zambian, Lusaka; Zimbabwe, Zimbabwean, Harare
"""

STATES: tuple[tuple[str, str, str], ...] = tuple(
    (name, adjective, capital)
    for name, adjective, capital in (
        (part.strip() for part in state.split(",")) for state in " ".join(_STATES.split()).split(";")
    )
)
"""State, adjective and capital."""

BLOCS: tuple[str, ...] = tuple("NATO EU UN ASEAN ECOWAS CARICOM BRICS G7 G20 AUKUS CSTO OSCE IGAD OPEC SADC".split())
"""Alliances and unions that go by one word."""

KINDS = ("<state>", "<people>", "<capital>", "<bloc>")
"""The tokens that stand for a name; no token of a text has such a form."""

_MORE = {
    "<state>": "America Holland Netherlands Korea UK USA Congo Burma Macedonia Timor Palestine",
    "<people>": """Britons Briton Dutch Dane Danes Finn Finns Frenchman Frenchmen Pole Poles Spaniard Spaniards Swede
        Swedes Turk Turks Serb Serbs Croat Croats Slovene Slovenes Scottish Korean Palestinian Congolese Filipino
        Filipinos Icelander Icelanders Englishman Irishman Kosovan Argentinian Emirati Dominican Ivorian Belarussian""",
    "<capital>": "Kiev Kremlin Elysée Élysée Brasília Bogotá Yaoundé Dhabi",
    "<bloc>": "Nato Benelux Mercosur",
}


def _kinds() -> dict[str, str]:
    """Kind of each single-word name, in lower case, with plural and possessive."""
    named = [(kind, name) for state in STATES for kind, name in zip(KINDS, state, strict=False)]
    named += [("<bloc>", name) for name in BLOCS]
    named += [(kind, name) for kind, names in _MORE.items() for name in names.split()]
    kinds: dict[str, str] = {}
    for kind, name in named:
        lowered = name.lower()
        if lowered.isalnum() or "'" in lowered:
            forms = [lowered, f"{lowered}'s", *([f"{lowered}s", f"{lowered}s'"] if kind == "<people>" else [])]
            kinds |= {form: kind for form in forms if form not in kinds}
    return kinds


NAME_KINDS: Mapping[str, str] = _kinds()
"""The token that stands for a name, by the name in lower case, also in plural and possessive."""


def name_kind(token: str) -> str | None:
    """The token that stands for a name, if the token is one.

    Parameters
    ----------
    token : str
        A token in lower case.

    Returns
    -------
    str or None

    Examples
    --------
    >>> name_kind("norway's"), name_kind("danes"), name_kind("pact")
    ('<state>', '<people>', None)
    """
    return NAME_KINDS.get(token)
