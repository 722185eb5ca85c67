"""Does naming a state, bloc or group tell the stance? python training/identity_balance.py

Tests the stances of the passages that name an identity against those of all others (chi-square,
Holm's correction over the identities that enough passages name), and trains a classifier that sees
nothing but which identities are named. Exit status 1 when an identity is flagged or that classifier
is better than it may be. ``--list NAME`` prints the passages that name one identity.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from scipy.stats import chi2_contingency
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score

from stancelib.corpus import Corpus, read_corpus
from stancelib.records import STANCES

CORPUS = Path(__file__).parent / "corpus"

FEWEST = 25
"""Passages that must name an identity before it is tested."""

CHANCE = 0.05
"""Holm-corrected probability below which an identity is flagged."""

NAMES_ONLY_LIMIT = 0.30
"""Macro-F1 that the classifier on names alone must not exceed."""

IDENTITIES = """
ASEAN|Association of Southeast Asian Nations; Afghanistan|Afghan|Kabul; African Union|AU|Addis Ababa
Albania|Albanian|Tirana; Algeria|Algerian|Algiers; Angola|Angolan|Luanda; Arab League|League of Arab States
Argentina|Argentine|Argentinian|Buenos Aires; Armenia|Armenian|Yerevan; Australia|Australian|Canberra
Austria|Austrian|Vienna; Azerbaijan|Azerbaijani|Azeri|Baku; BRICS; Bahrain|Bahraini|Manama
Bangladesh|Bangladeshi|Dhaka; Barbados|Barbadian|Bridgetown; Belarus|Belarusian|Minsk; Belgium|Belgian
Belize|Belizean|Belmopan; Benin|Beninese|Cotonou; Bolivia|Bolivian|La Paz; Bosnia|Bosnian|Sarajevo|Republika Srpska
Botswana|Gaborone; Bougainville|Bougainvillean; Brazil|Brazilian|Brasília|Brasilia|Itamaraty; Brunei|Bruneian
Bulgaria|Bulgarian|Sofia; Burkina Faso|Burkinabe|Burkinabé|Ouagadougou; Burundi|Burundian|Bujumbura
CARICOM|Caribbean Community; CSTO|Collective Security Treaty Organization|Collective Security Treaty Organisation
Cambodia|Cambodian|Khmer|Phnom Penh; Cameroon|Cameroonian|Yaoundé; Canada|Canadian|Ottawa; Cape Verde|Cabo Verde|Praia
Chad|Chadian|N'Djamena; Chile|Chilean|Santiago; China|Chinese|Beijing|People's Liberation Army
Colombia|Colombian|Bogotá|Bogota; Comoros|Comorian|Moroni; Congo|Congolese|Kinshasa|DRC
Costa Rica|Costa Rican|San José; Croatia|Croatian|Croat|Zagreb; Cuba|Cuban|Havana; Cyprus|Cypriot|Nicosia
Czech Republic|Czechia|Czech|Prague; Denmark|Danish|Dane|Copenhagen|Folketing; Djibouti|Djiboutian
Dominican Republic|Dominican|Santo Domingo; ECOWAS|Economic Community of West African States
EU|European Union|European Commission|European Parliament|European Council|Brussels|Frontex
East African Community|EAC; East Timor|Timor-Leste|Timorese|Dili; Ecuador|Ecuadorian|Quito; Egypt|Egyptian|Cairo
El Salvador|Salvadoran|Salvadorean|San Salvador; Eritrea|Eritrean|Asmara; Estonia|Estonian|Tallinn; Ethiopia|Ethiopian
Europe|European; Fiji|Fijian|Suva; Finland|Finnish|Finn|Helsinki; France|French|Paris|Élysée|Elysée|Quai d'Orsay
G7|Group of Seven|G20; Gambia|Gambian|Banjul; Georgia|Georgian|Tbilisi; Germany|German|Berlin|Bundestag|Bundeswehr
Ghana|Ghanaian|Accra; Greece|Greek|Athens; Guatemala|Guatemalan; Guinea|Guinean|Conakry; Gulf Cooperation Council|GCC
Gulf states|Gulf Arab|Gulf monarchies; Guyana|Guyanese|Georgetown; Haiti|Haitian|Port-au-Prince; Hamas
Hezbollah|Hizbollah; Honduras|Honduran|Tegucigalpa; Houthi|Ansar Allah|Sanaa; Hungary|Hungarian|Budapest
IGAD|Intergovernmental Authority on Development; IMF|International Monetary Fund
Iceland|Icelandic|Icelander|Reykjavik|Reykjavík; India|Indian|New Delhi|Delhi; Indonesia|Indonesian|Jakarta
Iran|Iranian|Tehran|Revolutionary Guard; Iraq|Iraqi|Baghdad; Ireland|Irish|Dublin; Israel|Israeli|Jerusalem|Tel Aviv
Italy|Italian|Rome; Ivory Coast|Côte d'Ivoire|Ivorian|Abidjan; Jamaica|Jamaican|Kingston; Japan|Japanese|Tokyo
Jordan|Jordanian|Amman; Kazakhstan|Kazakh|Astana; Kenya|Kenyan|Nairobi; Kiribati|Tarawa; Kosovo|Kosovar|Pristina
Kurds|Kurd|Kurdish|Peshmerga; Kuwait|Kuwaiti; Kyrgyzstan|Kyrgyz|Bishkek; Laos|Lao|Laotian|Vientiane
Latvia|Latvian|Riga; Lebanon|Lebanese|Beirut; Liberia|Liberian|Monrovia; Libya|Libyan|Tripoli
Lithuania|Lithuanian|Vilnius; Luxembourg|Luxembourgish; Madagascar|Malagasy|Antananarivo; Malawi|Malawian|Lilongwe
Malaysia|Malaysian|Kuala Lumpur; Maldives|Maldivian|Malé; Mali|Malian|Bamako; Malta|Maltese|Valletta
Mauritania|Mauritanian|Nouakchott; Mauritius|Mauritian|Port Louis; Mercosur; Mexico|Mexican|Mexico City
Moldova|Moldovan|Chişinău|Chișinău|Chisinau; Mongolia|Mongolian|Ulaanbaatar; Montenegro|Montenegrin|Podgorica
Morocco|Moroccan|Rabat; Mozambique|Mozambican|Maputo; Myanmar|Burmese|Naypyidaw
NATO|North Atlantic Treaty Organization|Atlantic alliance|Atlantic Alliance; Namibia|Namibian|Windhoek
Nepal|Nepali|Nepalese|Kathmandu; Netherlands|Dutch|Dutchman; New Zealand|New Zealander|Wellington
Nicaragua|Nicaraguan|Managua; Nigeria|Nigerian|Abuja; Niger|Nigerien|Niamey; Nordic Council|Nordics|Nordic
North Korea|North Korean|Pyongyang; North Macedonia|Macedonia|Macedonian|Skopje; Norway|Norwegian|Oslo|Storting
OSCE|Organization for Security and Co-operation in Europe; Oman|Omani|Muscat; Pacific Islands Forum
Pakistan|Pakistani|Islamabad; Palestinians|Palestinian|Palestine|Ramallah|Gaza; Panama|Panamanian|Panama City
Papua New Guinea|Papuan|Port Moresby|PNG; Paraguay|Paraguayan|Asunción; Peru|Peruvian|Lima
Philippines|Philippine|Filipino|Manila; Poland|Polish|Pole|Warsaw|Sejm; Portugal|Portuguese|Lisbon; Qatar|Qatari|Doha
Quad; Romania|Romanian|Bucharest; Russia|Russian|Moscow|Kremlin|Duma; Rwanda|Rwandan|Kigali
SADC|Southern African Development Community; Samoa|Samoan|Apia; Saudi Arabia|Saudi|Riyadh; Senegal|Senegalese|Dakar
Serbia|Serbian|Serb|Belgrade; Seychelles|Seychellois
Shanghai Cooperation Organisation|Shanghai Cooperation Organization|SCO; Sierra Leone|Sierra Leonean|Freetown
Singapore|Singaporean; Slovakia|Slovak|Bratislava; Slovenia|Slovenian|Slovene|Ljubljana
Solomon Islands|Solomon Islander|Honiara; Somalia|Somali|Mogadishu; South Africa|South African|Pretoria
South Korea|South Korean|Seoul|Korea|Korean; South Sudan|South Sudanese|Juba; Spain|Spanish|Spaniard|Madrid
Sri Lanka|Sri Lankan|Colombo; Sudan|Sudanese|Khartoum; Sweden|Swedish|Swede|Stockholm|Riksdag; Switzerland|Swiss|Bern
Syria|Syrian|Damascus; Taiwan|Taiwanese|Taipei; Tajikistan|Tajik|Dushanbe; Taliban|Taleban
Tanzania|Tanzanian|Dar es Salaam|Dodoma; Thailand|Thai|Bangkok; Togo|Togolese|Lomé; Tonga|Tongan|Nuku'alofa
Trinidad and Tobago|Trinidad|Trinidadian|Port of Spain; Tunisia|Tunisian|Tunis; Turkey|Türkiye|Turkish|Turk|Ankara
Turkmenistan|Turkmen|Ashgabat; Tuvalu|Tuvaluan|Funafuti; UN|U.N.|United Nations|Security Council|UN Security Council
Uganda|Ugandan|Kampala; Ukraine|Ukrainian|Kyiv|Kiev; United Arab Emirates|UAE|Emirati|Abu Dhabi
United Kingdom|UK|U.K.|Britain|British|Briton|London|Westminster|Whitehall|Downing Street
United States|US|U.S.|USA|American|America|Washington|White House|Pentagon|State Department
Uruguay|Uruguayan|Montevideo; Uzbekistan|Uzbek|Tashkent; Vanuatu|Port Vila; Venezuela|Venezuelan|Caracas
Vietnam|Vietnamese|Hanoi; Western|Westerners; World Bank; Yemen|Yemeni|Aden; Zambia|Zambian|Lusaka
Zimbabwe|Zimbabwean|Harare
"""
"""One identity per entry: its name, then its adjectives, inhabitants, capital and seats of power."""

NO_IDENTITY = """Latin America|Latin American|South America|South American|Central America|Central American
North America|North American|Northern Ireland|Indian Ocean|South China Sea|Gulf of Guinea|Gulf of Mexico|Guinea-Bissau
Equatorial Guinea|Irish Sea|Norwegian Sea|Gulf of Thailand|Gulf of Oman|Gulf of Aden|Peace and Security Council
East Asia|North Pole|South Pole|New South Wales|Western Balkans|Western Sahara|Western Cape|Western Province
Western Australia|East European|Eastern Europe|Central European"""
"""Longer names that contain an identity's word and are not that identity."""


def aliases() -> dict[str, str]:
    """The identity of every word or phrase; an empty string for those that are none."""
    entries = [entry.strip().split("|") for entry in re.split(r"[;\n]", IDENTITIES) if entry.strip()]
    return {alias: names[0] for names in entries for alias in names} | dict.fromkeys(
        re.split(r"[|\n]", NO_IDENTITY), ""
    )


def named_identities(texts: Sequence[str]) -> list[frozenset[str]]:
    """The identities that each text names; where two names overlap, the longer one counts.

    Parameters
    ----------
    texts : sequence of str

    Returns
    -------
    list of frozenset of str
        In the order of ``texts``.
    """
    known = aliases()
    longest_first = sorted(known, key=len, reverse=True)
    pattern = re.compile(rf"(?<!\w)(?=[A-ZÉ])({'|'.join(map(re.escape, longest_first))})s?(?!\w)")
    straight = (text.replace("\u2019", "'") for text in texts)
    return [frozenset(known[alias] for alias in pattern.findall(text)) - {""} for text in straight]


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's corrected probabilities, in the order given."""
    corrected = [0.0] * len(p_values)
    highest = 0.0
    for rank, place in enumerate(np.argsort(p_values, kind="stable")):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[place]))
        corrected[place] = highest
    return corrected


@dataclass(frozen=True)
class Balance:
    """The stances of the passages that name an identity, beside those of all passages.

    ``excess`` is how many passages more (less, when negative) than expected take the stance
    ``most_off``, the one with the largest standardized residual.
    """

    name: str
    counts: tuple[int, ...]
    chi_square: float
    p: float
    p_holm: float
    most_off: str
    excess: float


def stance_counts(corpus: Corpus, flags: NDArray[np.bool_]) -> NDArray[np.int_]:
    """How many of the flagged passages take each stance, in the order of `STANCES`."""
    stances = np.array(corpus.stances)[flags]
    return np.array([(stances == stance).sum() for stance in STANCES])


def balances(corpus: Corpus, fewest: int = FEWEST) -> list[Balance]:
    """The test of every identity that at least ``fewest`` passages name, least probable first.

    Passages count as independent; as one article's often are not, the test flags too much rather
    than too little.
    """
    named = named_identities(corpus.texts)
    tested = []
    for name in sorted(frozenset().union(*named)):
        flags = np.array([name in names for names in named])
        if fewest <= flags.sum() < len(flags):
            table = np.array([stance_counts(corpus, flags), stance_counts(corpus, ~flags)])
            occurring = table.sum(axis=0) > 0
            test = chi2_contingency(table[:, occurring])
            gaps = table[0, occurring] - test.expected_freq[0]
            worst = int(np.abs(gaps / np.sqrt(test.expected_freq[0])).argmax())
            stance = np.array(STANCES)[occurring][worst]
            counts = tuple(int(count) for count in table[0])
            tested.append((name, counts, float(test.statistic), float(test.pvalue), str(stance), float(gaps[worst])))
    tested.sort(key=lambda row: row[3])
    corrected = holm([row[3] for row in tested])
    return [Balance(*row[:4], p_holm, *row[4:]) for row, p_holm in zip(tested, corrected, strict=True)]


def names_only_f1(corpus: Corpus, n_splits: int = 5) -> tuple[float, float]:
    """Macro-F1 of a classifier that sees only names, in grouped cross-validation.

    Returns
    -------
    everywhere, where_named : float
        Over all passages, and over those that name at least one identity.
    """
    columns = sorted(set(aliases().values()) - {""})

    def matrix(part: Corpus) -> NDArray[np.float64]:
        return np.array([[name in names for name in columns] for names in named_identities(part.texts)], dtype=float)

    truth: list[str] = []
    predicted: list[str] = []
    naming: list[bool] = []
    for train, held_out in corpus.folds(n_splits):
        model = LogisticRegression(class_weight="balanced", max_iter=1000).fit(matrix(train), train.stances)
        rows = matrix(held_out)
        truth += held_out.stances
        predicted += model.predict(rows).tolist()
        naming += (rows.sum(axis=1) > 0).tolist()
    inside = np.array(naming)
    scores = [
        f1_score(
            np.array(truth)[part], np.array(predicted)[part], labels=list(STANCES), average="macro", zero_division=0
        )
        for part in (np.ones_like(inside), inside)
    ]
    return float(scores[0]), float(scores[1])


def table(corpus: Corpus, rows: Sequence[Balance]) -> str:
    """The identities as a Markdown table, that of all passages first."""

    def shares(counts: Sequence[int]) -> str:
        return " | ".join(f"{count / max(1, sum(counts)):.0%}" for count in counts)

    overall = stance_counts(corpus, np.ones(len(corpus), dtype=bool)).tolist()
    lines = [
        f"| identity | passages | {' | '.join(STANCES)} | χ² | p | p (Holm) | largest gap | beyond chance |",
        "| --- | --: | --: | --: | --: | --: | --: | --: | --: | --- | --- |",
        f"| *all passages* | {len(corpus)} | {shares(overall)} | | | | | |",
    ]
    for row in rows:
        flag = "yes" if row.p_holm < CHANCE else ""
        test = f"{row.chi_square:.1f} | {row.p:.4f} | {row.p_holm:.3f} | {row.excess:+.0f} {row.most_off} | {flag}"
        lines.append(f"| {row.name} | {sum(row.counts)} | {shares(row.counts)} | {test} |")
    return "\n".join(lines)


def main() -> int:
    """Test every identity, or list the passages that name one."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--corpus", type=Path, nargs="+", default=[CORPUS])
    parser.add_argument("--fewest", type=int, default=FEWEST, help="passages that must name an identity (%(default)s)")
    parser.add_argument("--list", metavar="NAME", help="print id and stance of the passages that name this identity")
    arguments = parser.parse_args()
    corpus = read_corpus(arguments.corpus)
    if arguments.list:
        if arguments.list not in aliases().values():
            parser.error(
                f"no identity {arguments.list!r}; known are {', '.join(sorted(set(aliases().values()) - {''}))}"
            )
        named = named_identities(corpus.texts)
        rows = [f"{e.id}\t{e.stance}" for e, names in zip(corpus, named, strict=True) if arguments.list in names]
        print("\n".join(rows))
        return 0
    found = balances(corpus, arguments.fewest)
    flagged = [row.name for row in found if row.p_holm < CHANCE]
    everywhere, where_named = names_only_f1(corpus)
    print(table(corpus, found))
    print(f"\n{len(found)} identities in at least {arguments.fewest} passages; beyond chance: {len(flagged)}", end="")
    print(f" ({', '.join(flagged)})" if flagged else "")
    print(f"Names-only classifier, macro-F1: {everywhere:.3f}, where a name occurs {where_named:.3f}", end="")
    print(f" (at most {NAMES_ONLY_LIMIT:.2f})")
    return 1 if flagged or max(everywhere, where_named) > NAMES_ONLY_LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
