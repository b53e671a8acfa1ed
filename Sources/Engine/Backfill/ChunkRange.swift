import Postgres
package import SQL
import Workflow

/// What the chunks of a pass are ranges of, and the condition that a statement selects one with.
package enum ChunkRange: Sendable, Hashable {
    /// Of the table's blocks: `$1` and `$2` are the places of the first row and of the first row after it.
    case blocks
    /// Of the key: `$1` and the parameters after it are the key before the range, or NULLs; the rest its last key.
    case key(KeyOrder)

    /// As the ledger calls it.
    var ordering: String { if case .key = self { "key" } else { "blocks" } }

    /// The condition with its parameters.
    var condition: ServerText {
        switch self {
        // A range of places is a TID range scan from PostgreSQL 14 on, also with parameters.
        case .blocks: ServerText("ctid >= $1 AND ctid < $2")
        case .key(let order): order.range
        }
    }

    /// The condition as a file for psql has it: the largest block number there can be.
    static let wholeTable = ServerText("ctid >= '(0,0)' AND ctid < '(4294967295,0)'")
}

/// The order of a table by its primary key.
package struct KeyOrder: Sendable, Hashable {
    /// A column of the key and its type as the server spells it.
    struct Column: Sendable, Hashable {
        let name: Identifier
        let type: ServerText
    }

    /// At least one.
    let columns: [Column]

    private var names: String { columns.map(\.name.quoted).joined(separator: ", ") }

    /// The columns as one array of texts.
    var texts: String { "ARRAY[\(columns.map { "\($0.name.quoted)::text" }.joined(separator: ", "))]" }

    var ascending: String { names }
    var descending: String { columns.map { "\($0.name.quoted) DESC" }.joined(separator: ", ") }

    /// A row comparison, which a composite index can be searched with; comparing column by column would lose rows.
    ///
    /// The planner sees the parameters' values, so that the branch for a first chunk costs nothing later.
    var range: ServerText {
        let upper = "(\(names)) <= (\(parameters(from: columns.count + 1)))"
        return ServerText("($1::text IS NULL OR (\(names)) > (\(parameters(from: 1)))) AND \(upper)")
    }

    private func parameters(from first: Int) -> String {
        columns.enumerated().map { "$\(first + $0.offset)::text::\($0.element.type.text)" }.joined(separator: ", ")
    }

    /// The parameters of ``range``.
    func values(after: [String]?, upto: [String]) -> [String?] {
        (after.map { $0.map(Optional.some) } ?? columns.map { _ in nil }) + upto.map(Optional.some)
    }
}

extension KeyOrder {
    /// The order of a table's primary key.
    ///
    /// - Throws: ``Failure`` `refused` when it has none.
    static func read(of table: QualifiedName, on connection: Connection) throws -> KeyOrder {
        let columns = try connection.queryKept(
            """
            SELECT a.attname, format_type(a.atttypid, a.atttypmod) AS type,
                   (SELECT opcnamespace = 'pg_catalog'::regnamespace FROM pg_opclass WHERE oid = i.indclass[k.place - 1]) AS builtin
              FROM pg_index i CROSS JOIN unnest(i.indkey::int2[]) WITH ORDINALITY k(attnum, place)
              JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
             WHERE i.indrelid = to_regclass($1) AND i.indisprimary AND k.place <= i.indnkeyatts ORDER BY k.place
            """,
            [table.quoted]
        ).map { row in
            // The comparison would be text's, another order than that of the index.
            guard try row.decode("builtin", as: Bool.self) else {
                throw Failure(
                    .refused,
                    "the primary key of \(table) is ordered by an extension's operators: its rows cannot be copied by key",
                    hint: "leave order out of the plan: blocks fit every table"
                )
            }
            return Column(
                name: try Identifier(try row.decode("attname")),
                type: ServerText(try row.decode("type"))
            )
        }
        if !columns.isEmpty { return KeyOrder(columns: columns) }
        throw Failure(
            .refused,
            "\(table) has no primary key: its rows cannot be copied by key",
            hint: "leave order out of the plan: blocks need no key"
        )
    }
}
