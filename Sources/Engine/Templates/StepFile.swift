package import Diagnostics

/// The steps of one phase, as rendered from a template or as edited by a person.
package struct StepFile: Sendable {
    /// The template or the file it comes from.
    package let name: String

    /// The steps in order; none when there is nothing to do.
    package let steps: [Step]

    /// The whole text.
    package let text: String

    /// Reads a list of steps, and holds every statement to what its step says of it.
    ///
    /// - Throws: every mistake, by its place in the text.
    package init(parsing source: SourceText) throws(Diagnostics) {
        var reader = try StepReader(source)
        let steps = reader.read()
        if !reader.mistakes.isEmpty { throw Diagnostics(reader.mistakes) }
        self.init(name: source.name, steps: steps, text: source.text)
    }

    /// The steps of several files, one after the other.
    ///
    /// - Throws: a mistake for each title that two of them share: a step is told from the others by its title.
    init(joining files: [StepFile], name: String) throws(Diagnostics) {
        var titles: Set<String> = []
        let repeated = files.flatMap(\.steps).map(\.title).filter { !titles.insert($0).inserted }
        guard repeated.isEmpty else {
            throw Diagnostics(
                repeated.map { Diagnostic(.error, "sql.same-title", "\(name): two steps have the title \"\($0)\"") }
            )
        }
        self.init(
            name: name,
            steps: files.flatMap(\.steps),
            text: files.map(\.text).joined(separator: "\n")
        )
    }

    private init(name: String, steps: [Step], text: String) {
        self.name = name
        self.steps = steps
        self.text = text
    }

    /// The same steps with a BEGIN and COMMIT around those of a transaction.
    func forPsql() throws(Diagnostics) -> StepFile {
        let reader = try StepReader(SourceText(name: name, text: text))
        return try StepFile(parsing: SourceText(name: name, text: try reader.textForPsql()))
    }
}
