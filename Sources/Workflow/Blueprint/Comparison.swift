/// What "different" means for two values of one type: not the same bytes.
///
/// `IS DISTINCT FROM` uses the type's `=`, which calls different boxes, numerics and citexts equal and does not exist for
/// json. The choice is made from the catalog (pg_amproc, support function 4 `equalimage`).
package enum Comparison: String, Sendable, Hashable, Codable {
    /// Text under any collation: compared bytewise.
    case bytewise
    /// The type's equality implies equal images.
    case plain
    /// The images of records, for everything else.
    case image

    /// A condition that is true when the two values differ, NULL being a value.
    package func differs(_ first: String, _ second: String) -> String {
        switch self {
        case .bytewise: "\(first)::text COLLATE \"C\" IS DISTINCT FROM \(second)::text COLLATE \"C\""
        case .plain: "\(first) IS DISTINCT FROM \(second)"
        // By the operator's function: of an operator between rows pg_dump writes a text that compares column by column.
        case .image: "pg_catalog.record_image_ne(ROW(\(first)), ROW(\(second)))"
        }
    }
}
