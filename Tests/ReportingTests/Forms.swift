import Foundation
import Reporting
import TestSupport
import Testing
import Workflow

/// The ways a text can be written.
enum Form {
    static let plain = TextStyle(isColored: false, columns: nil, now: now)
    static let narrow = TextStyle(isColored: false, columns: 60, now: now)
    static let colored = TextStyle(isColored: true, columns: nil, now: now)
}

/// Expects both forms of a report to be those of the golden files `name.txt` and `name.json`.
func expectGolden(_ report: some Report, _ name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try expectGolden(report.text(in: Form.plain) + "\n", "\(name).txt", sourceLocation: sourceLocation)
    // Over several lines, so that a difference can be read; the program writes it on one.
    try expectGolden(report.json.written() + "\n", "\(name).json", sourceLocation: sourceLocation)
}
