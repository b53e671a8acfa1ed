import SQL

/// What has a name in a random table and beside it.
enum Slot: String, CaseIterable, Sendable {
    case schema, table, target, view, log, totals, history, child, parent
    case key, otherKey, second, oldA, oldB, newA, newB, note, amount, region, locked, version, twice

    var isColumn: Bool { Self.columns.contains(self) }

    static let columns: [Slot] = [
        .key, .otherKey, .second, .oldA, .oldB, .newA, .newB, .note, .amount, .region, .locked, .version, .twice,
    ]

    /// An ordinary name.
    var plain: String {
        switch self {
        case .schema: "public"
        case .table: "t"
        case .target: "t2"
        case .key: "id"
        case .otherKey: "ref"
        case .oldA: "a"
        case .oldB: "b"
        case .newA: "x"
        case .newB: "y"
        default: rawValue
        }
    }
}

/// A name for each slot.
struct Names: Sendable {
    private(set) var odd: [Slot: String] = [:]

    func identifier(_ slot: Slot) throws -> Identifier { try Identifier(odd[slot] ?? slot.plain) }

    func plain(_ slot: Slot) -> Names {
        var copy = self
        copy.odd[slot] = nil
        return copy
    }

    /// Gives slots odd names, each with the given probability; no two columns have the same.
    static func random(_ random: inout RandomSource, probability: Double) -> Names {
        var names = Names()
        var left = oddNames.shuffled(using: &random)
        for slot in Slot.allCases where random.happens(slot == .schema ? probability / 2 : probability) {
            // The ledger's own schema is not free.
            guard let name = left.popLast(), slot != .schema || name != "crossfade" else { continue }
            names.odd[slot] = name
        }
        return names
    }

    /// Names that a careless generator of SQL, PL/pgSQL, YAML or templates would stumble over.
    private static let oddNames = [
        "Capital", "with space", "qu\"ote", "do.t", "dol$lar", "$1", "$crossfade$", "it's", "back\\slash", "per%cent",
        "%I",
        "{{name}}", "{{{name}}}", "a--b", "/*c*/", ";", "*", "(x)", "1st", "naïve", "\u{1F600}", "a, b", "#hash",
        ": colon",
        "user", "order", "select", "table", "value", "values", "default", "null", "excluded", "row", "all", "window",
        "end",
        "old", "new", "owner", "held", "was", "present", "side", "tg_op", "tg_relid", "found", "result", "record",
        "left",
        "source", "target", "mapped", "crossfade", "crossfade_row", "crossfade_old", "crossfade_new", "n", "r", "c",
        "s", "v",
        "xmin_", "oid", "begin", "if", "then", "declare", "case", "return", "execute", "using", "from", "into", "limit",
        String(repeating: "x", count: 63), String(repeating: "é", count: 31) + "y", "\ttab", "now", "current_user_",
        "public_",
    ]
}
