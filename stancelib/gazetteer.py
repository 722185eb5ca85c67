"""Names of states with their adjectives and capitals, and the nouns that offices and initiatives go by.

Written for this project; they help to find who speaks and what the talk is of, and never enter the stance.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "GROUPS",
    "INITIATIVES",
    "OFFICES",
    "ORGANISATIONS",
    "STATES",
    "TITLES",
    "State",
    "states_named",
]


class State(NamedTuple):
    """A state's name, its adjective and its capital (the seat of government)."""

    name: str
    adjective: str
    capital: str


_STATES = """
France, French, Paris; Germany, German, Berlin; Poland, Polish, Warsaw; Spain, Spanish, Madrid; Portugal,
Portuguese, Lisbon; Italy, Italian, Rome; Greece, Greek, Athens; Hungary, Hungarian, Budapest; Slovakia, Slovak,
Bratislava; Serbia, Serbian, Belgrade; Bulgaria, Bulgarian, Sofia; Romania, Romanian, Bucharest; Estonia,
Estonian, Tallinn; Latvia, Latvian, Riga; Lithuania, Lithuanian, Vilnius; Finland, Finnish, Helsinki; Sweden,
Swedish, Stockholm; Norway, Norwegian, Oslo; Denmark, Danish, Copenhagen; Belgium, Belgian, Brussels; Austria,
Austrian, Vienna; Ireland, Irish, Dublin; Croatia, Croatian, Zagreb; Slovenia, Slovenian, Ljubljana; Albania,
Albanian, Tirana; Moldova, Moldovan, Chisinau; Ukraine, Ukrainian, Kyiv; Russia, Russian, Moscow; Belarus,
Belarusian, Minsk; Georgia, Georgian, Tbilisi; Armenia, Armenian, Yerevan; Azerbaijan, Azerbaijani, Baku;
Turkey, Turkish, Ankara; Iran, Iranian, Tehran; Iraq, Iraqi, Baghdad; Syria, Syrian, Damascus; Israel, Israeli,
Jerusalem; Egypt, Egyptian, Cairo; Jordan, Jordanian, Amman; Qatar, Qatari, Doha; Oman, Omani, Muscat; Kuwait,
Kuwaiti, Kuwait City; Saudi Arabia, Saudi, Riyadh; Yemen, Yemeni, Sanaa; India, Indian, New Delhi; Pakistan,
Pakistani, Islamabad; China, Chinese, Beijing; Japan, Japanese, Tokyo; South Korea, South Korean, Seoul; North
Korea, North Korean, Pyongyang; Vietnam, Vietnamese, Hanoi; Thailand, Thai, Bangkok; Indonesia, Indonesian,
Jakarta; Malaysia, Malaysian, Kuala Lumpur; Australia, Australian, Canberra; Canada, Canadian, Ottawa; Mexico,
Mexican, Mexico City; Brazil, Brazilian, Brasilia; Argentina, Argentine, Buenos Aires; Chile, Chilean, Santiago;
Colombia, Colombian, Bogota; Peru, Peruvian, Lima; Venezuela, Venezuelan, Caracas; Cuba, Cuban, Havana; Kenya,
Kenyan, Nairobi; Uganda, Ugandan, Kampala; Rwanda, Rwandan, Kigali; Ethiopia, Ethiopian, Addis Ababa; Ghana,
Ghanaian, Accra; Nigeria, Nigerian, Abuja; Senegal, Senegalese, Dakar; Mali, Malian, Bamako; Chad, Chadian,
N'Djamena; Angola, Angolan, Luanda; Zambia, Zambian, Lusaka; Algeria, Algerian, Algiers; Tunisia, Tunisian,
Tunis; Morocco, Moroccan, Rabat; Libya, Libyan, Tripoli; Kazakhstan, Kazakh, Astana; Mongolia, Mongolian,
Ulaanbaatar; Nepal, Nepalese, Kathmandu; Bangladesh, Bangladeshi, Dhaka; Sri Lanka, Sri Lankan, Colombo;
Switzerland, Swiss, Bern; Britain, British, London; America, American, Washington; Czech Republic, Czech,
Prague; Netherlands, Dutch, The Hague; Luxembourg, Luxembourgish, Luxembourg; Iceland, Icelandic, Reykjavik;
Malta, Maltese, Valletta; Cyprus, Cypriot, Nicosia; Kosovo, Kosovar, Pristina; Montenegro, Montenegrin,
Podgorica; North Macedonia, Macedonian, Skopje; Bosnia, Bosnian, Sarajevo; Philippines, Philippine, Manila; New
Zealand, New Zealand, Wellington; Singapore, Singaporean, Singapore; Cambodia, Cambodian, Phnom Penh; Laos,
Laotian, Vientiane; Myanmar, Burmese, Naypyidaw; Afghanistan, Afghan, Kabul; Lebanon, Lebanese, Beirut; Bahrain,
Bahraini, Manama; Uzbekistan, Uzbek, Tashkent; Kyrgyzstan, Kyrgyz, Bishkek; Tajikistan, Tajik, Dushanbe;
Turkmenistan, Turkmen, Ashgabat; Sudan, Sudanese, Khartoum; South Sudan, South Sudanese, Juba; Somalia, Somali,
Mogadishu; Eritrea, Eritrean, Asmara; Djibouti, Djiboutian, Djibouti; Tanzania, Tanzanian, Dodoma; Burundi,
Burundian, Gitega; Malawi, Malawian, Lilongwe; Mozambique, Mozambican, Maputo; Zimbabwe, Zimbabwean, Harare;
Botswana, Botswanan, Gaborone; Namibia, Namibian, Windhoek; South Africa, South African, Pretoria; Niger,
Nigerien, Niamey; Burkina Faso, Burkinabe, Ouagadougou; Ivory Coast, Ivorian, Abidjan; Benin, Beninese, Cotonou;
Togo, Togolese, Lome; Cameroon, Cameroonian, Yaounde; Gabon, Gabonese, Libreville; Mauritania, Mauritanian,
Nouakchott; Guinea, Guinean, Conakry; Sierra Leone, Sierra Leonean, Freetown; Liberia, Liberian, Monrovia;
Gambia, Gambian, Banjul; Ecuador, Ecuadorian, Quito; Bolivia, Bolivian, La Paz; Paraguay, Paraguayan, Asuncion;
Uruguay, Uruguayan, Montevideo; Guyana, Guyanese, Georgetown; Suriname, Surinamese, Paramaribo; Panama,
Panamanian, Panama City; Costa Rica, Costa Rican, San Jose; Nicaragua, Nicaraguan, Managua; Honduras, Honduran,
Tegucigalpa; Guatemala, Guatemalan, Guatemala City; El Salvador, Salvadoran, San Salvador; Haiti, Haitian,
Port-au-Prince; Jamaica, Jamaican, Kingston; Dominican Republic, Dominican, Santo Domingo; Fiji, Fijian, Suva;
Tonga, Tongan, Nuku'alofa; Samoa, Samoan, Apia; Vanuatu, Vanuatuan, Port Vila; Papua New Guinea, Papuan, Port
Moresby; Palau, Palauan, Ngerulmud; Taiwan, Taiwanese, Taipei; United States, American, Washington; United
Kingdom, British, London; United Arab Emirates, Emirati, Abu Dhabi
"""

STATES: tuple[State, ...] = tuple(
    State(*(name.strip() for name in state.split(","))) for state in " ".join(_STATES.split()).split(";")
)
"""States of the world that news of joint initiatives often names."""

TITLES = frozenset(
    """mr mrs ms miss dr sir lord lady baroness prof professor president premier chancellor senator deputy general
    colonel major captain lieutenant sergeant corporal admiral commodore brigadier ambassador secretary king queen
    prince princess pope bishop archbishop cardinal imam sheikh father sister judge justice governor mayor
    commissioner speaker congressman congresswoman councillor hon marshal commander envoy minister sgt lt col gen
    maj capt adm rep sen""".split()
)
"""Words that stand before a person's name."""

OFFICES = frozenset(
    """minister president premier chancellor senator deputy general colonel major captain admiral commodore brigadier
    ambassador secretary king queen prince governor mayor commissioner speaker chairman chairwoman chair chief
    director spokesman spokeswoman spokesperson envoy delegate representative rapporteur adviser advisor official
    diplomat analyst professor historian economist lawmaker legislator member leader head commander officer
    inspector auditor bishop archbishop judge lawyer researcher scholar expert negotiator prosecutor candidate
    lecturer fellow veteran editor columnist co-ordinator coordinator comptroller ombudsman vice-president attaché
    attache astronomer engineer shipowner farmer captain-general doctor nurse writer campaigner activist""".split()
)
"""Nouns for one person by office or calling."""

GROUPS = frozenset(
    """critics supporters opponents proponents backers detractors sceptics skeptics analysts experts observers
    officials diplomats governments capitals members ministers lawmakers legislators deputies senators residents
    veterans others many some several most few unions economists campaigners protesters demonstrators activists
    voters parents farmers fishermen officers soldiers commentators historians lawyers scholars states nations
    countries allies neighbours neighbors delegates advocates parties people villagers organisers groups""".split()
)
"""Plural nouns and quantifiers that name holders without a name."""

INITIATIVES = frozenset(
    """force mission coalition pact group brigade patrol programme program compact agreement operation pool alliance
    accord scheme watch shield corps treaty patrols initiative plan partnership project fund arrangement network
    centre center exercise exercises guard deal command reserve contingent escort fleet battalion battlegroup
    deployment club squadron consortium corridor flotilla framework venture cap guarantee guarantees charter bloc
    league convoy grouping mechanism undertaking dome bridge facility observers monitors peacekeepers
    umbrella""".split()
)
"""Head nouns that joint undertakings go by."""

ORGANISATIONS = frozenset(
    """ministry council union university sea party parliament senate house committee commission court office agency
    institute bank army navy force forces street bay gulf river island islands ocean strait straits city council
    assembly bureau department authority federation association company news times post guardian herald agreement
    accords summit conference centre center academy foundation congress government secretariat company corporation
    january february march april may june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday north south east west northern southern eastern western europe africa asia
    america european african asian atlantic pacific baltic nordic arctic
    nato""".split()
)
"""Words that are no part of a person's name."""


def states_named(word: str) -> tuple[State, ...]:
    """The states that a name, an adjective or a capital stands for.

    Examples
    --------
    >>> [state.name for state in states_named("Warsaw")]
    ['Poland']
    """
    return _BY_NAME.get(word, ())


def _by_name() -> dict[str, tuple[State, ...]]:
    found: dict[str, tuple[State, ...]] = {}
    for state in STATES:
        for name in dict.fromkeys(state):
            found[name] = (*found.get(name, ()), state)
    return found


_BY_NAME = _by_name()
