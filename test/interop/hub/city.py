"""The made-up cities of this hub: their catalogue, their residents, and the settings of a terminal."""

MEDIA, SIDES = "iso_a4_210x297mm", "one-sided"
WAITS = {"pinMs": 60_000, "hubMs": 30_000, "deviceMs": 10_000, "choiceMs": 120_000, "takeCardMs": 60_000,
         "fetchMs": 60_000, "payMs": 180_000, "printMs": 300_000, "receiptMs": 30_000}


def _option(name, title, **values):
    return {"name": name, "title": title, "values": [{"value": value, "title": text} for value, text in values.items()]}


def _kind(title, fee, options=(), members=False):
    return {"title": title, "feeYen": fee, "maxCopies": 10, "media": MEDIA, "sides": SIDES, "options": list(options),
            "members": members}


_JUMINHYO = _kind("住民票の写し", 200, [_option("scope", "範囲", household="世帯全員", members="世帯の一部"),
                                        _option("relation", "続柄", shown="記載する", hidden="記載しない")], members=True)
MUNICIPALITIES = {
    "132047": {"name": "三鷹市", "kinds": {"juminhyo": _JUMINHYO, "inkan": _kind("印鑑登録証明書", 200)}},
    "131016": {"name": "千代田区", "kinds": {"juminhyo": _JUMINHYO}},
}
# One household. The card's holder is the first; `id` is what the services know a resident by.
FIELDS = ("id", "name", "romaji", "relation", "title", "born")
HOUSEHOLD = [dict(zip(FIELDS, values)) for values in (
    (b"resident-1", "三鷹 花子", "MITAKA HANAKO", "head", "世帯主", "1984-05-06"),
    (b"resident-2", "三鷹 次郎", "MITAKA JIRO", "spouse", "夫", "1982-11-30"),
    (b"resident-3", "三鷹 梅", "MITAKA UME", "child", "子", "2015-01-02"),
)]
RESIDENT = {"id": b"resident-1", "municipality": "132047", "address": "東京都三鷹市野崎一丁目1番1号", "household": HOUSEHOLD}


def configuration(terminal, seq):
    return {"schema": 1, "audience": terminal, "seq": seq, "waits": WAITS, "municipalities": MUNICIPALITIES}


def offer(resident):
    """What may be ordered with a card: kinds, and the household without names."""
    members = [{"number": number, "relation": member["relation"], "nth": 1, "self": member["id"] == resident["id"]}
               for number, member in enumerate(resident["household"])]
    code = resident["municipality"]
    return {"municipality": code, "kinds": list(MUNICIPALITIES[code]["kinds"]), "members": members}


def order_fault(order, resident):
    """The code of what is wrong with an order (protocol.md, *order*), or nothing."""
    kind = MUNICIPALITIES[resident["municipality"]]["kinds"].get(order["kind"])
    if order["municipality"] != resident["municipality"]:
        return "issuing/municipality"
    if kind is None:
        return "issuing/kind"
    if not _options_fit(order["options"], kind, len(resident["household"])):
        return "issuing/options"
    if order["copies"] > kind["maxCopies"]:
        return "issuing/copies"
    if (order["media"], order["sides"]) != (kind["media"], kind["sides"]):
        return "issuing/paper"
    return None if order["feeYen"] == kind["feeYen"] * order["copies"] else "issuing/fee"


def _options_fit(options, kind, household):
    """Each option of the kind once with one of its values; members of the household where the scope asks for them."""
    options = dict(options)
    if kind["members"] and options.get("scope") == "members":
        members = options.pop("members", None)
        if not isinstance(members, list) or not members:
            return False
        if len(set(members)) < len(members) or max(members) >= household:
            return False
    values = {option["name"]: [value["value"] for value in option["values"]] for option in kind["options"]}
    return options.keys() == values.keys() and all(options[name] in values[name] for name in values)
