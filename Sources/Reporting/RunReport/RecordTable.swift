import Foundation

/// A table of a record, before it is written in one form or another.
struct RecordTable: Sendable {
    /// What one cell says.
    enum Cell: Sendable {
        /// nil is said by a dash.
        case text(String?)
        /// A name or a text of the database or the program.
        case code(String)
        case count(Int64)
        case digest(String)
        case time(Date?)
        /// A word that tells how something ended, and the details, where there are any.
        case word(String, Mark, String? = nil)
        /// A text that leads to the SQL of that number in the appendix.
        case script(String, number: Int)
        case list([Cell])

        static func took(_ seconds: Double?) -> Cell {
            .text(seconds.map { Duration.seconds(max(0, $0)).spoken })
        }
    }

    /// What the rows are, for those who cannot see the heading above.
    let label: String
    let columns: [String]
    let rows: [[Cell]]
    /// What is said in its place where it has no rows.
    let none: String
}
