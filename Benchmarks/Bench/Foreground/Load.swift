/// How hard the application works beside the backfill.
enum Load: Sendable, Hashable {
    /// So many transactions a second, whatever happens: an application with headroom.
    case rate(Int)
    /// Each connection as fast as it gets answers.
    case saturating

    static let connections = 4

    var name: String {
        switch self {
        case .rate(let rate): "fixed rate, \(rate) transactions/s"
        case .saturating: "saturating"
        }
    }

    /// The arguments of pgbench for it.
    var arguments: [String] {
        switch self {
        case .rate(let rate): ["--rate", String(rate)]
        case .saturating: []
        }
    }

    /// The mix: what a transaction does, how many in a hundred do it, and pgbench's script for it.
    static let mix: [(name: String, weight: Int, script: String)] = [
        ("read", 60, "SELECT \(TableShape.old), counter FROM \(TableShape.table) WHERE id = :id;"),
        ("touch", 15, "UPDATE \(TableShape.table) SET counter = counter + 1 WHERE id = :id;"),
        (
            "write", 15,
            "UPDATE \(TableShape.table) SET \(TableShape.old) = repeat(md5(clock_timestamp()::text), 3) WHERE id = :id;"
        ),
        (
            "insert", 10,
            """
            INSERT INTO \(TableShape.table) (\(TableShape.old), customer, reference, placed_at) \
            VALUES (repeat(md5(clock_timestamp()::text), 3), :id, 'new', clock_timestamp());
            """
        ),
    ]
}
