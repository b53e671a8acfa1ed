@testable import Workflow

/// The keys of a plan, as the reader declares them.
enum PlanKeyTable {
    /// Those of the whole file, down to the last section; kinds and hooks have tables of their own.
    static var plan: String { text(of: Plan.form.schema, at: "") }

    static var hooks: String {
        guard let hooks = Plan.form.schema.keys.first(where: { $0.name == "hooks" }) else { return "" }
        return text(of: hooks.value, at: "")
    }

    private static func text(of schema: ValueSchema, at path: String) -> String {
        var table = MarkdownTable("key", "default", "values", "meaning")
        add(schema, path, &table)
        return table.text
    }

    private static func add(_ schema: ValueSchema, _ path: String, _ table: inout MarkdownTable) {
        for key in schema.entries {
            let place = path.isEmpty ? key.name : "\(path).\(key.name)"
            if elsewhere[place] == nil, !key.value.entries.isEmpty, case .section = key.value {
                add(key.value, place, &table)
                continue
            }
            table.row(place.code, fallback(key), elsewhere[place] ?? key.value.words, key.summary.phrase)
        }
    }

    private static func fallback(_ key: KeySchema) -> String {
        if key.isRequired { return "required" }
        guard let value = key.defaultValue else { return "none" }
        if case .string(let text) = value { return text.code }
        return value.written().replacing("\"", with: "").code
    }

    /// Values that are told on pages of their own, or in sections of the same page.
    private static let elsewhere = [
        "change": "one kind: " + Change.kinds.map { "[\($0.key)](kinds/\($0.key).md)" }.joined(separator: ", "),
        "changes": "a list of kinds, see [changes](kinds/changes.md)",
        "acknowledge": "ids of [findings](diagnostics.md#findings-in-the-database)",
        "phases.backfill.throttle": "signals with limits, see [throttle](throttle.md)",
        "hooks": "a list of [hooks](#hooks)",
    ]
}

extension ValueSchema {
    /// The keys of a section, also where it is the entry of a list.
    fileprivate var entries: [KeySchema] {
        switch self {
        case .list(let entry, _, _): entry.entries
        case .section(let keys), .oneKey(let keys): keys
        case .shared(_, let value): value.entries
        default: []
        }
    }

    /// What may stand there, in words.
    fileprivate var words: String {
        switch self {
        case .text: "text"
        case .duration(let range): "\(range.lowerBound.planText) to \(range.upperBound.planText)"
        case .bytes(let range): "\(range.lowerBound.planText) to \(range.upperBound.planText)"
        case .integer(let range) where range.upperBound == .max: "\(range.lowerBound) and more"
        case .integer(let range): "\(range.lowerBound) to \(range.upperBound)"
        case .number: "a number"
        case .boolean: "`true`, `false`"
        case .constant(let number): "\(number)"
        case .choice(let words): words.map(\.code).joined(separator: ", ")
        case .list(.oneKey, _, _): "a list of [requirements](#requirements)"
        case .list(let entry, _, _): "a list of: \(entry.words)"
        case .section: "a mapping"
        case .oneKey(let keys): "one of \(keys.map(\.name.code).joined(separator: ", "))"
        case .names(let value): "names, each with: \(value.words)"
        case .either(let values): values.map(\.words).joined(separator: ", or ")
        case .shared(_, let value): value.words
        }
    }
}
