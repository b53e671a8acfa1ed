package import Diagnostics

/// A text in which 1️⃣ to 9️⃣ mark the places where a test expects findings.
///
/// The markers are not part of the text that is tested: each names the character that follows it.
package struct MarkedText: Sendable {
    /// The text without its markers.
    package let source: SourceText

    private let markers: [SourcePosition: Character]

    private static let all: Set<Character> = ["1️⃣", "2️⃣", "3️⃣", "4️⃣", "5️⃣", "6️⃣", "7️⃣", "8️⃣", "9️⃣"]

    /// Takes the markers out of a text, and remembers where they stood.
    package init(_ marked: String, name: String = "plan.yaml") {
        var text = ""
        var markers: [SourcePosition: Character] = [:]
        var position = SourcePosition(line: 1, column: 1)
        for character in marked {
            if Self.all.contains(character) {
                precondition(!markers.values.contains(character), "\(character) marks two places")
                markers[position] = character
                continue
            }
            text.append(character)
            if character == "\n" || character == "\r\n" || character == "\r" {
                position = SourcePosition(line: position.line + 1, column: 1)
            } else {
                position.column += 1
            }
        }
        source = SourceText(name: name, text: text)
        self.markers = markers
    }

    /// One line for each diagnostic: its marker or else its line and column, its id and its message.
    ///
    /// Notes and the fix follow, each in a line of its own that begins with two blanks.
    package func findings(of diagnostics: Diagnostics) -> [String] {
        diagnostics.all.flatMap { diagnostic in
            let severity = diagnostic.severity == .error ? "" : "\(diagnostic.severity.rawValue) "
            var lines = ["\(place(of: diagnostic.range))\(severity)[\(diagnostic.id)] \(diagnostic.message)"]
            lines += diagnostic.notes.map { "  \(place(of: $0.range))note: \($0.message)" }
            lines += diagnostic.fix.map { ["  fix: \($0)"] } ?? []
            return lines
        }
    }

    /// The ids of the markers that no diagnostic or note stands at, for a test to find empty.
    package func unused(by diagnostics: Diagnostics) -> [Character] {
        let places = diagnostics.all.flatMap { [$0.range] + $0.notes.map(\.range) }.compactMap { $0?.start }
        return markers.filter { !places.contains($0.key) }.map(\.value).sorted()
    }

    private func place(of range: SourceRange?) -> String {
        guard let start = range?.start else { return "" }
        return markers[start].map { "\($0) " } ?? "\(start.line):\(start.column) "
    }
}
