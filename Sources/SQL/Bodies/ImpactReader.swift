/// Finds what further columns of a table change in a body or a statement.
package struct ImpactReader: Sendable {
    let table: GrownTable
    let path: SearchPath

    package init(_ table: GrownTable, path: SearchPath) {
        self.table = table
        self.path = path
    }

    /// A function, as far as its body depends on it.
    package struct Function: Sendable {
        package enum Language: Sendable { case sql, plpgsql }

        /// What its rows are.
        package enum Result: Sendable {
            /// Rows of the table itself.
            case rows
            /// Nothing that the table's columns are compared with.
            case none
            case others
        }

        package let language: Language
        package let name: String
        package let body: String
        package let variables: [BodyVariable]
        package let result: Result
        /// Variables that hold rows of the table by their declaration alone: OLD and NEW, and parameters.
        package let rows: Set<String>
        /// Names under which a trigger finds the table's changed rows.
        package let transitions: Set<String>
        /// `error`, `use_variable` or `use_column`, where the body does not say so itself.
        package let conflict: String
        /// Whether rows of other lengths than the variables are an error.
        package let isStrict: Bool

        package init(
            language: Language,
            name: String,
            body: String,
            variables: [BodyVariable],
            result: Result,
            rows: Set<String>,
            transitions: Set<String> = [],
            conflict: String = "error",
            isStrict: Bool = false
        ) {
            self.language = language
            self.name = name
            self.body = body
            self.variables = variables
            self.result = result
            self.rows = rows
            self.transitions = transitions
            self.conflict = conflict
            self.isStrict = isStrict
        }
    }

    /// What a statement of the application meets; nil where it cannot be parsed.
    package func impacts(on statement: String) -> [ColumnImpact]? {
        // A busy server remembers thousands, and few of them have a word that matters.
        let words = statement.lowercased()
        guard hasWords(in: statement) || ["insert", "copy"].contains(where: words.contains) else { return [] }
        guard let read = Self.statements(of: statement, variables: [], isReturned: false) else { return nil }
        let text = Function(language: .sql, name: "", body: statement, variables: [], result: .none, rows: [])
        return impacts(in: read, of: text)
    }

    /// What a function meets when it runs; nil where its body cannot be parsed.
    package func impacts(on function: Function) -> [ColumnImpact]? {
        let read =
            switch function.language {
            case .sql: Self.statements(of: function.body, variables: function.variables, isReturned: true)
            case .plpgsql: PLpgSQLReader.read(function.body, variables: function.variables)
            }
        return read.flatMap { impacts(in: $0, of: function) }
    }

    /// Whether a text that is not parsed has the table's name, and a word that a further column may matter to.
    package func hasWords(in text: String) -> Bool {
        let parts = NamePath.all(in: text).flatMap(\.parts)
        guard parts.contains(where: { $0.denotes(table.name.name) }) else { return false }
        return text.contains("*") || text.lowercased().contains("natural")
            || table.columns.contains { column in parts.contains { $0.denotes(column) } }
    }

    private static func statements(of text: String, variables: [BodyVariable], isReturned: Bool) -> ReadBody? {
        guard let script = try? Script(parsing: text) else { return nil }
        var read = ReadBody()
        for (number, place) in script.places.enumerated() {
            let isLast = isReturned && number == script.places.count - 1
            read.fragments.append(
                BodyFragment(
                    use: isLast ? .returned : .statement(into: []),
                    text: String(text[place.text]),
                    start: text.utf8.distance(from: text.startIndex, to: place.text.lowerBound),
                    prefix: 0,
                    variables: variables
                )
            )
        }
        return read
    }

    private func impacts(in read: ReadBody, of function: Function) -> [ColumnImpact]? {
        var rows = function.rows
        var trees: [(BodyFragment, SyntaxTree)] = []
        for fragment in read.fragments {
            for variable in fragment.variables where isRow(variable) { rows.insert(variable.name) }
            guard let tree = try? PGQuery.parse(fragment.text) else { return nil }
            trees.append((fragment, tree))
        }
        var walk = ImpactWalk(self, function, conflict: read.conflict ?? function.conflict)
        // A record takes the shape of the rows that are put into it, wherever that is: the first round finds these.
        for isNoting in [true, false] {
            walk.rows = rows
            walk.found = []
            for (fragment, tree) in trees { walk.read(fragment, tree) }
            if isNoting { rows.formUnion(walk.assignedRows) }
        }
        var seen: Set<ColumnImpact> = []
        return walk.found.filter { seen.insert($0).inserted }.sorted { $0.line < $1.line }
    }

    private func isRow(_ variable: BodyVariable) -> Bool {
        guard let last = variable.type.last, variable.type.count <= 2 else { return false }
        let schema = variable.type.count == 2 ? variable.type[0] : nil
        return table.meaning(of: last, schema: schema, path: path) == .itself
    }
}
