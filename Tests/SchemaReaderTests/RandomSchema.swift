/// A schema made by chance, and what becomes of it by a few changes: always valid SQL.
struct RandomSchema {
    /// A column by the place of its type in the pool.
    struct Column {
        var name: String
        var type: Int
        var isNotNull = false
        var hasDefault = false
    }

    struct Index {
        var name: String
        var columns: [String]
        var isUnique = false
        var isPartial = false
        var isExpression = false
    }

    struct Table {
        var name: String
        var columns: [Column]
        var uniques: [(name: String, columns: [String])] = []
        var checks: [(name: String, column: String)] = []
        var keys: [(name: String, column: String, table: String)] = []
        var indexes: [Index] = []
        var comment: String?
        var hasPolicy = false
        var hasTrigger = false
        var isPartitioned = false
    }

    struct View {
        var name: String
        var table: String
        var columns: [String]
        var isMaterialized = false
    }

    private var enums: [(name: String, values: [String])] = []
    private var tables: [Table] = []
    private var views: [View] = []
    private var functions: [(name: String, value: Int)] = []
    private var sequences: [(name: String, step: Int)] = []
    private var source: SplitMix
    private var count = 0

    /// Types with a default of each; the last is the schema's first enum.
    private static let types: [(name: String, value: String)] = [
        ("integer", "7"), ("bigint", "8"), ("text", "'x'::text"), ("character varying(20)", "'y'::character varying"),
        ("numeric(10,2)", "1.5"),
        ("boolean", "true"), ("date", "'2020-01-01'::date"), ("timestamp with time zone", "now()"),
        ("uuid", "gen_random_uuid()"),
        ("jsonb", "'{}'::jsonb"), ("integer[]", "'{1,2}'::integer[]"), ("text COLLATE \"C\"", "'c'::text"),
        ("s.mood", "'sad'::s.mood"),
    ]

    /// Names that have to be quoted among those that need not.
    private static let stems = [
        "a", "b", "Camel", "two words", "x$1", "üml", "order", "it's", "q\"q",
        "long_" + String(repeating: "n", count: 50),
    ]

    init(seed: UInt64) {
        source = SplitMix(seed: seed)
        enums = [("mood", ["sad", "ok"])]
        for _ in 0..<source.below(4) + 1 { addTable() }
        for _ in 0..<source.below(3) { addView() }
        for _ in 0..<source.below(2) { addFunction() }
        for _ in 0..<source.below(2) { sequences.append((fresh(), source.below(5) + 1)) }
    }

    /// Another schema, by a few changes.
    func mutated() -> RandomSchema {
        var copy = self
        for _ in 0..<copy.source.below(6) + 1 { copy.change() }
        copy.tidy()
        return copy
    }

    // MARK: - Making

    private mutating func fresh() -> String {
        count += 1
        return String((Self.stems[source.below(Self.stems.count)] + "\(count)").suffix(60))
    }

    private mutating func column() -> Column {
        Column(
            name: fresh(),
            type: source.below(Self.types.count),
            isNotNull: source.chance(3),
            hasDefault: source.chance(3)
        )
    }

    private mutating func addTable() {
        var table = Table(name: fresh(), columns: [Column(name: "id", type: 0, isNotNull: true)])
        for _ in 0..<source.below(6) + 1 { table.columns.append(column()) }
        table.isPartitioned = source.chance(6)
        if source.chance(3) { table.comment = "what it's for" }
        table.hasPolicy = source.chance(6)
        table.hasTrigger = source.chance(6)
        for _ in 0..<source.below(3) { addPart(to: &table) }
        tables.append(table)
    }

    private mutating func addPart(to table: inout Table) {
        let column = table.columns[source.below(table.columns.count)]
        switch source.below(4) {
        case 0 where !table.isPartitioned && column.type != 9: table.uniques.append((fresh(), [column.name]))
        case 1: table.checks.append((fresh(), column.name))
        case 2 where !tables.isEmpty:
            let other = tables[source.below(tables.count)]
            if let own = table.columns.first(where: { $0.type == 0 && $0.name != "id" }), !other.isPartitioned {
                table.keys.append((fresh(), own.name, other.name))
            }
        default:
            var index = Index(name: fresh(), columns: [column.name])
            index.isUnique = source.chance(4) && !table.isPartitioned && column.type != 9
            index.isPartial = source.chance(4)
            index.isExpression = [2, 3, 11].contains(column.type) && source.chance(2)
            if column.type == 9 { index.isExpression = false }
            table.indexes.append(index)
        }
    }

    private mutating func addView() {
        guard !tables.isEmpty else { return }
        let table = tables[source.below(tables.count)]
        let columns = table.columns.map(\.name).filter { _ in source.chance(2) } + ["id"]
        var seen: Set<String> = []
        views.append(
            View(
                name: fresh(),
                table: table.name,
                columns: columns.filter { seen.insert($0).inserted },
                isMaterialized: source.chance(3)
            )
        )
    }

    private mutating func addFunction() { functions.append((fresh(), source.below(100))) }

    // MARK: - Changing

    private mutating func change() {
        guard !tables.isEmpty else { return addTable() }
        let place = source.below(tables.count)
        var table = tables[place]
        switch source.below(14) {
        case 0: return addTable()
        case 1 where tables.count > 1:
            tables.remove(at: place)
            return
        case 2: table.columns.append(column())
        case 3 where table.columns.count > 2: table.columns.remove(at: source.below(table.columns.count - 1) + 1)
        case 4, 5:
            let at = source.below(table.columns.count - 1) + 1
            table.columns[at].type = source.below(Self.types.count)
        case 6: table.columns[source.below(table.columns.count - 1) + 1].isNotNull.toggle()
        case 7: table.columns[source.below(table.columns.count - 1) + 1].hasDefault.toggle()
        case 8: addPart(to: &table)
        case 9:
            if !table.indexes.isEmpty { table.indexes.removeLast() }
            if !table.checks.isEmpty { table.checks.removeFirst() }
        case 10: table.comment = table.comment == nil ? "new" : nil
        case 11: table.hasPolicy.toggle()
        case 12:
            table.hasTrigger.toggle()
            addView()
        default:
            enums[0].values.append("v\(count)")
            count += 1
            if !views.isEmpty, source.chance(2) { views.remove(at: source.below(views.count)) }
            if !functions.isEmpty { functions[0].value += 1 } else { addFunction() }
            if !sequences.isEmpty { sequences[0].step += 1 }
        }
        tables[place] = table
    }

    /// Takes away what names columns and tables that are gone, or that do not fit their new types.
    private mutating func tidy() {
        let names = Set(tables.map(\.name))
        for place in tables.indices {
            let columns = Dictionary(uniqueKeysWithValues: tables[place].columns.map { ($0.name, $0) })
            tables[place].uniques.removeAll { unique in
                !unique.columns.allSatisfy { columns[$0].map { $0.type != 9 } ?? false }
            }
            tables[place].checks.removeAll { columns[$0.column] == nil }
            tables[place].keys.removeAll { columns[$0.column]?.type != 0 || !names.contains($0.table) }
            tables[place].indexes.removeAll { index in
                guard let column = columns[index.columns[0]] else { return true }
                return column.type == 9 || (index.isExpression && ![2, 3, 11].contains(column.type))
            }
        }
        for place in views.indices {
            let columns = Set(tables.first { $0.name == views[place].table }?.columns.map(\.name) ?? [])
            views[place].columns.removeAll { !columns.contains($0) }
        }
        views.removeAll { !names.contains($0.table) || $0.columns.isEmpty }
    }

    // MARK: - SQL

    private func quoted(_ name: String) -> String { "\"\(name.replacing("\"", with: "\"\""))\"" }

    /// The statements that make it, in a schema `s` of its own.
    var sql: String {
        var statements = ["CREATE SCHEMA s"]
        for item in enums {
            statements.append(
                "CREATE TYPE s.\(quoted(item.name)) AS ENUM (\(item.values.map { "'\($0)'" }.joined(separator: ", ")))"
            )
        }
        statements += sequences.map { "CREATE SEQUENCE s.\(quoted($0.name)) INCREMENT BY \($0.step)" }
        statements += functions.map {
            "CREATE FUNCTION s.\(quoted($0.name))(n integer) RETURNS integer LANGUAGE sql AS 'SELECT n + \($0.value)'"
        }
        statements.append("CREATE FUNCTION s.touched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'")
        statements += tables.flatMap(statements(of:))
        for table in tables {
            statements += table.keys.map { key in
                "ALTER TABLE s.\(quoted(table.name)) ADD CONSTRAINT \(quoted(key.name)) FOREIGN KEY (\(quoted(key.column))) REFERENCES s.\(quoted(key.table)) (id)"
            }
        }
        statements += views.map { view in
            "CREATE \(view.isMaterialized ? "MATERIALIZED " : "")VIEW s.\(quoted(view.name)) AS SELECT "
                + "\(view.columns.map(quoted).joined(separator: ", ")) FROM s.\(quoted(view.table))"
        }
        return statements.map { $0 + ";\n" }.joined()
    }

    private func statements(of table: Table) -> [String] {
        let name = "s.\(quoted(table.name))"
        var parts = table.columns.map { column in
            let type = Self.types[column.type]
            return
                "\(quoted(column.name)) \(type.name)\(column.hasDefault ? " DEFAULT \(type.value)" : "")\(column.isNotNull ? " NOT NULL" : "")"
        }
        parts.append("CONSTRAINT \(quoted("pk " + table.name.suffix(50))) PRIMARY KEY (id)")
        parts += table.uniques.map {
            "CONSTRAINT \(quoted($0.name)) UNIQUE (\($0.columns.map(quoted).joined(separator: ", ")))"
        }
        parts += table.checks.map { "CONSTRAINT \(quoted($0.name)) CHECK (\(quoted($0.column)) IS NOT NULL OR id > 0)" }
        var statements = [
            "CREATE TABLE \(name) (\(parts.joined(separator: ", ")))\(table.isPartitioned ? " PARTITION BY RANGE (id)" : "")"
        ]
        if table.isPartitioned {
            statements.append(
                "CREATE TABLE s.\(quoted("p " + table.name.suffix(50))) PARTITION OF \(name) FOR VALUES FROM (0) TO (100)"
            )
        }
        statements += table.indexes.map { index in
            let column = quoted(index.columns[0])
            return
                "CREATE \(index.isUnique ? "UNIQUE " : "")INDEX \(quoted(index.name)) ON \(name) (\(index.isExpression ? "lower(\(column))" : column))"
                + (index.isPartial ? " WHERE id > 5" : "")
        }
        if let comment = table.comment {
            statements.append("COMMENT ON TABLE \(name) IS '\(comment.replacing("'", with: "''"))'")
        }
        if table.hasPolicy {
            statements += [
                "ALTER TABLE \(name) ENABLE ROW LEVEL SECURITY",
                "CREATE POLICY \"only mine\" ON \(name) USING (id > 3)",
            ]
        }
        if table.hasTrigger {
            statements.append(
                "CREATE TRIGGER touched BEFORE UPDATE ON \(name) FOR EACH ROW EXECUTE FUNCTION s.touched()"
            )
        }
        return statements
    }
}

/// Numbers that only depend on the seed (Steele, Lea, Flood: Fast splittable pseudorandom number generators, 2014).
struct SplitMix {
    private var state: UInt64

    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 &+ 1 }

    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var value = state
        value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
        return value ^ (value >> 31)
    }

    /// A number from 0 up to, and not, the bound.
    mutating func below(_ bound: Int) -> Int { Int(next() % UInt64(max(1, bound))) }

    /// True once in so many times.
    mutating func chance(_ odds: Int) -> Bool { below(odds) == 0 }
}
