extension Subject {
    private static func rename(_ type: String, _ pairs: [Pair]) -> Subject {
        let isText = type == "text" || type.hasPrefix("varchar")
        return Subject(
            old: [Part(slot: .oldA, type: type)],
            new: [Part(slot: .newA, type: type)],
            pairs: pairs,
            back: ["$1"],
            section: "{table: $table, from: $oldA, to: $newA}",
            isComparable: type != "json",
            isText: isText
        )
    }

    static let renames: [Subject] = [
        rename("text", same("a", "B", "c", "")),
        rename("text", same("a", "B", "c", "")),
        rename("varchar(5)", same("a", "B", "cde")),
        rename("integer", same("1", "2", "-3")),
        rename("integer", same("1", "2", "-3")),
        rename("bigint", same("1", "2", "9007199254740993")),
        rename("numeric(8,2)", same("1.50", "2.00", "0.00")),
        rename("numeric", same("1.5", "1.50", "NaN")),
        rename("boolean", same("true", "false")),
        rename("timestamptz", same("2026-01-01 00:00:00+00", "infinity", "1999-12-31 23:59:59.999999+00")),
        rename("date", same("2026-01-01", "-infinity")),
        rename("interval", same("1 day", "24:00:00", "1 mon")),
        rename("jsonb", same("{\"a\": 1}", "[]", "null")),
        rename("json", same("{\"a\":1}", "[]")),
        rename("uuid", same("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002")),
        rename("text[]", same("{a,b}", "{}", "{NULL}")),
        rename("int4range", same("[1,3)", "empty", "(,)")),
        rename("bytea", same("\\x00ff", "\\x")),
        rename("float8", same("0.1", "NaN", "-0")),
        rename("char(3)", same("a", "abc")),
        rename("bit(3)", same("101", "000")),
        rename("inet", same("10.0.0.1", "10.0.0.0/8")),
        with(rename("$schema.mood", same("on", "off"))) {
            $0.types = "CREATE TYPE $schema.mood AS ENUM ('on', 'off');"
        },
        with(rename("$schema.name5", same("a", "B"))) {
            $0.types = "CREATE DOMAIN $schema.name5 AS text CHECK (length(VALUE) < 5);"
            $0.isText = true
        },
    ]

    private static func with(_ subject: Subject, _ edit: (inout Subject) -> Void) -> Subject {
        var copy = subject
        edit(&copy)
        return copy
    }

    private static func retype(
        _ from: String,
        _ to: String,
        _ pairs: [Pair],
        using: (there: String, back: String)? = nil
    ) -> Subject {
        // `$$` stands for the column in the plan's expressions, `$1` for it where values are read.
        let expressions = using.map { ", using: \"\($0.there)\", back: \"\($0.back)\"" } ?? ""
        return Subject(
            old: [Part(slot: .oldA, type: from)],
            new: [Part(slot: .newA, type: to)],
            pairs: pairs,
            back: [using.map { $0.back.replacing(":oldA", with: "$1") } ?? "$1::\(from)"],
            section: "{table: $table, column: $oldA, type: \"\(to)\", as: $newA, loss: acknowledged\(expressions)}",
            keepsName: true,
            carries: false,
            mapsChecks: using != nil,
            isText: from == "text"
        )
    }

    /// The same under a name of its own, which stays.
    private static func kept(_ subject: Subject) -> Subject {
        with(subject) {
            $0.section = $0.section.replacing("as: $newA", with: "as: $newA, keeps: as")
            $0.keepsName = false
        }
    }

    static let retypes: [Subject] =
        columns
        + columns.filter { ["bigint", "numeric(12,2)", "timestamptz", "varchar(20)"].contains($0.new[0].type) }.map(
            kept
        )

    private static let columns: [Subject] = [
        with(retype("integer", "bigint", same("1", "2", "-3"))) { $0.carries = true },
        with(retype("smallint", "integer", same("1", "2", "-3"))) { $0.carries = true },
        with(retype("varchar(5)", "text", same("a", "B", "cde"))) { $0.carries = true },
        retype("text", "varchar(20)", same("a", "B", "c", "")),
        retype("integer", "text", same("1", "2", "-3")),
        retype("text", "integer", same("1", "2", "-3")),
        retype("text", "uuid", same("00000000-0000-0000-0000-000000000001", "00000000-0000-0000-0000-000000000002")),
        retype("numeric(8,2)", "text", same("1.50", "2.00")),
        retype("integer", "numeric", same("1", "2", "-3")),
        retype(
            "date",
            "timestamp",
            pairs(("2026-01-01", "2026-01-01 00:00:00"), ("1999-12-31", "1999-12-31 00:00:00"))
        ),
        retype(
            "timestamp",
            "timestamptz",
            pairs(("2026-01-01 00:00:00", "2026-01-01 00:00:00+00"), ("1999-12-31 12:00:00", "1999-12-31 12:00:00+00")),
            using: (":oldA AT TIME ZONE 'UTC'", ":oldA AT TIME ZONE 'UTC'")
        ),
        retype(
            "integer",
            "numeric(12,2)",
            pairs(("100", "1.00"), ("250", "2.50"), ("-300", "-3.00")),
            using: (":oldA / 100.0", "(:oldA * 100)::integer")
        ),
        with(
            retype(
                "boolean",
                "$schema.mood",
                pairs(("true", "on"), ("false", "off")),
                using: (
                    "CASE WHEN :oldA THEN 'on'::$schema.mood WHEN NOT :oldA THEN 'off'::$schema.mood END",
                    ":oldA = 'on'::$schema.mood"
                )
            )
        ) { $0.types = "CREATE TYPE $schema.mood AS ENUM ('on', 'off');" },
        retype(
            "text",
            "jsonb",
            pairs(("a", "{\"v\": \"a\"}"), ("B", "{\"v\": \"B\"}")),
            using: (
                "('{' || chr(34) || 'v' || chr(34) || ':' || chr(34) || :oldA || chr(34) || '}')::jsonb",
                ":oldA ->> 'v'"
            )
        ),
        retype(
            "text",
            "text[]",
            pairs(("a", "{a}"), ("B", "{B}")),
            using: ("CASE WHEN :oldA IS NOT NULL THEN ARRAY[:oldA] END", ":oldA[1]")
        ),
        with(retype("text", "varchar(20)", same("a", "B"), using: ("coalesce(:oldA, 'none')", "nullif(:oldA, 'none')")))
        {
            $0.pairs[0] = Pair(old: [nil], new: ["none"])
            $0.canBeRequired = false
            // Two NULLs are no duplicates, and become two values that are.
            $0.canBeUnique = false
        },
    ]

    private static let names: [Pair] = [
        Pair(old: ["A", "B"], new: ["A|B"]), Pair(old: ["a", "B"], new: ["a|B"]), Pair(old: ["C", "d"], new: ["C|d"]),
    ]
    private static let parts: [Pair] = names.map { Pair(old: $0.new, new: $0.old) }

    static let merges: [Subject] = [
        Subject(
            old: [Part(slot: .oldA, type: "text"), Part(slot: .oldB, type: "text")],
            new: [Part(slot: .newA, type: "text")],
            pairs: [Pair(old: [nil, nil], new: ["|"])] + names
                + [Pair(old: ["A", nil], new: ["A|"]), Pair(old: [nil, "B"], new: ["|B"])],
            back: ["nullif(split_part($1, '|', 1), '')", "nullif(split_part($1, '|', 2), '')"],
            section: """
                {table: $table, from: [$oldA, $oldB], to: {name: $newA, type: text}, loss: acknowledged, \
                merge: "coalesce(:oldA, '') || '|' || coalesce(:oldB, '')", \
                split: {$oldA: "nullif(split_part(:newA, '|', 1), '')", $oldB: "nullif(split_part(:newA, '|', 2), '')"}}
                """,
            canBeRequired: false,
            carries: false,
            isText: true
        ),
        Subject(
            old: [Part(slot: .oldA, type: "text"), Part(slot: .oldB, type: "text")],
            new: [Part(slot: .newA, type: "text")],
            pairs: [Pair(old: [nil, nil], new: [nil])] + names,
            back: ["split_part($1, '|', 1)", "split_part($1, '|', 2)"],
            section: """
                {table: $table, from: [$oldA, $oldB], to: {name: $newA, type: text}, loss: acknowledged, \
                merge: ":oldA || '|' || :oldB", split: {$oldA: "split_part(:newA, '|', 1)", $oldB: "split_part(:newA, '|', 2)"}}
                """,
            takesNull: false,
            carries: false,
            isText: true
        ),
    ]

    static let splits: [Subject] = [
        Subject(
            old: [Part(slot: .oldA, type: "text")],
            new: [Part(slot: .newA, type: "text"), Part(slot: .newB, type: "text")],
            pairs: [Pair(old: [nil], new: [nil, nil])] + parts,
            back: ["$1 || '|' || $2"],
            section: """
                {table: $table, from: $oldA, to: [{name: $newA, type: text}, {name: $newB, type: text}], loss: acknowledged, \
                split: {$newA: "split_part(:oldA, '|', 1)", $newB: "split_part(:oldA, '|', 2)"}, merge: ":newA || '|' || :newB"}
                """,
            carries: false,
            isText: true
        )
    ]

    static let required = Subject(
        old: [Part(slot: .oldA, type: "text")],
        new: [Part(slot: .oldA, type: "text")],
        pairs: same("a", "B", "c"),
        back: ["$1"],
        section: "{table: $table, column: $oldA, fill: \"'filled'\"}",
        isText: true,
        fill: "'filled'"
    )

    static let added = Subject(
        old: [],
        new: [Part(slot: .newA, type: "text")],
        pairs: [Pair(old: [], new: ["filled"])],
        back: [],
        section: "{table: $table, column: $newA, type: text, fill: \"'filled'\"}"
    )

    static let table = Subject(
        old: [],
        new: [],
        pairs: [Pair(old: [], new: [])],
        back: [],
        section: "{from: $table, to: $target}",
        renamesTable: true
    )

    private static func elsewhere(_ section: String) -> Subject {
        Subject(
            old: [Part(slot: .oldA, type: "text"), Part(slot: .oldB, type: "text")],
            new: [Part(slot: .oldA, type: "text"), Part(slot: .oldB, type: "text")],
            pairs: [
                Pair(old: [nil, nil], new: [nil, nil]), Pair(old: ["A", "B"], new: ["A", "B"]),
                Pair(old: ["c", nil], new: ["c", nil]), Pair(old: [nil, "D"], new: [nil, "D"]),
            ],
            back: ["$1", "$2"],
            section: section,
            canBeRequired: false,
            carries: false
        )
    }

    static let extracted = elsewhere("{from: $table, columns: [$oldA, $oldB], into: $target, key: {$otherKey: $key}}")

    static let moved = elsewhere(
        "{from: $table, to: $target, columns: [$oldA, $oldB], match: {$otherKey: $key}, missing: create}"
    )

    static let movedToRows: Subject = {
        var subject = elsewhere(
            "{from: $table, to: $target, columns: [$oldA, $oldB], match: {$otherKey: $key}, missing: report}"
        )
        subject.hasRows = true
        return subject
    }()

    private static let references = [
        "ON DELETE SET NULL ON UPDATE CASCADE", "ON DELETE SET NULL ON UPDATE CASCADE", " ",
        "DEFERRABLE INITIALLY DEFERRED", "",
    ]

    private static func link(_ reference: String, _ section: String) -> Subject {
        var subject = Subject(
            old: [Part(slot: .oldA, type: "integer")],
            new: [Part(slot: .oldA, type: "integer")],
            pairs: same("1", "2", "3", "4"),
            back: ["$1"],
            section: section,
            canBeRequired: false,
            carries: false
        )
        subject.reference = reference
        return subject
    }

    /// `$far` is the referenced column, `$near` the key of the table, both with their tables; `$nameOf…` is without the schema.
    static let relations = references.map {
        link(
            $0,
            "{from: {table: $table, column: $oldA, references: $far}, to: {table: $parent, column: $newA, references: $near}, on_delete: set_null}"
        )
    }

    static let links = references.map {
        link(
            $0,
            "{from: {table: $table, column: $oldA, references: $far}, through: {table: $target, columns: {$nameOfParent: $newA, $nameOfTable: $newB}}, "
                + "second_link: refuse}"
        )
    }
}
