import Foundation

/// A way to bring the rows of the table to its new column.
protocol Contender: Sendable {
    /// As the report calls it.
    var name: String { get }

    /// What comes before the rows and is not timed: the column, triggers.
    func prepare(_ database: Database) async throws

    /// Copies every row.
    func backfill(_ database: Database) async throws -> Course
}

/// How a backfill went.
struct Course: Sendable {
    /// Seconds of the copy, by which contenders are compared.
    let copy: Double
    /// Seconds with all around it: the start of the program, its checks.
    let whole: Double
    /// Bytes, of the program that copies.
    var peakMemory: Double?
    /// Rows copied so far; empty where the contender cannot tell.
    var progress = Timeline()
}
