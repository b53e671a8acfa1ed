package import Diagnostics
import SQL

/// Resolves the blocks of a schema into a data model, and collects the mistakes.
struct DataModelReader {
    let syntax: SchemaSyntax
    var findings: Findings
    var model = DataModel()
    /// What a type's name means.
    var declarations: [String: Declaration] = [:]
    /// The relation fields of all models, in their order.
    var relationFields: [RelationField] = []
    /// The places of each model's fields, for messages and look-ups.
    var fieldIndexes: [[String: Int]] = []

    /// A block that a field's type can name.
    enum Declaration {
        case model(Int)
        case enumeration(Int)
        case composite
    }

    mutating func read() {
        readDatasource()
        declare()
        for index in syntax.enums.indices { readEnum(index) }
        for index in syntax.models.indices { readFields(of: index) }
        for index in syntax.models.indices { readBlockAttributes(of: index) }
        readRelations()
        checkDatabaseNames()
    }

    /// Gives every block its place, so that types may be used before their declaration.
    private mutating func declare() {
        var first: [String: Span] = [:]
        let models = syntax.models.enumerated().map { ($1.name, Declaration.model($0)) }
        let enums = syntax.enums.enumerated().map { ($1.name, Declaration.enumeration($0)) }
        let composites = syntax.composites.map { ($0, Declaration.composite) }
        let all = (models + enums + composites).sorted {
            ($0.0.span.file, $0.0.span.start) < ($1.0.span.file, $1.0.span.start)
        }
        for (name, declaration) in all {
            if ScalarType(rawValue: name.text) != nil {
                findings.add(.duplicate, "'\(name.text)' is the name of a scalar type", at: name.span)
            } else if let place = first[name.text] {
                findings.addDuplicate("'\(name.text)' is declared twice", of: place, at: name.span)
            } else {
                first[name.text] = name.span
                declarations[name.text] = declaration
            }
            if case .composite = declaration {
                findings.add(
                    .composite,
                    "PostgreSQL schemas of Prisma have no composite types",
                    at: name.span,
                    fix: "use a model or a Json field"
                )
            }
        }
    }

    // MARK: - Names

    /// A name that PostgreSQL can hold, or a finding.
    mutating func identifier(_ text: String, at span: Span) -> Identifier? {
        do throws(InvalidName) {
            return try Identifier(text)
        } catch {
            findings.add(.name, "\(error)", at: span)
            return nil
        }
    }

    /// The name that an attribute's string argument gives.
    mutating func identifier(_ expression: ExpressionSyntax?) -> Identifier? {
        guard let expression, let text = findings.string(expression) else { return nil }
        return identifier(text, at: expression.span)
    }

    /// `@map("x")`, or the name itself.
    mutating func mappedName(_ name: NameSyntax, _ attribute: AttributeSyntax?, sign: String) -> Identifier? {
        guard let attribute else { return identifier(name.text, at: name.span) }
        var reader = ArgumentReader(attribute, sign: sign)
        let argument = reader.takeFirst("name")
        reader.finish(&findings)
        if argument == nil { findings.add(.argument, "\(sign)map needs a name", at: attribute.span) }
        return identifier(argument)
    }

    /// The attributes by their names; those that are given twice, or that nobody knows, are findings.
    mutating func attributes(
        _ all: [AttributeSyntax],
        allowing known: [String],
        repeatable: [String] = []
    ) -> [String: AttributeSyntax] {
        var result: [String: AttributeSyntax] = [:]
        for attribute in all where !repeatable.contains(attribute.name) {
            if !known.contains(attribute.name) {
                let match = closestMatch(to: attribute.name, among: known + repeatable)
                let fix = match.map { "did you mean '\($0)'?" }
                findings.add(.attribute, "there is no attribute '\(attribute.name)' here", at: attribute.span, fix: fix)
            } else if let first = result[attribute.name] {
                findings.addDuplicate(
                    "the attribute '\(attribute.name)' is given twice",
                    of: first.span,
                    at: attribute.span
                )
            } else {
                result[attribute.name] = attribute
            }
        }
        return result
    }
}

extension DataModel {
    /// Reads the files of one schema, in the order in which they are given.
    ///
    /// - Throws: every mistake in them.
    package init(reading files: [SourceText]) throws(Diagnostics) {
        let parsed = SchemaParser.parse(files)
        var reader = DataModelReader(syntax: parsed.schema, findings: parsed.findings)
        reader.read()
        let found = reader.findings.all
        // In a schema of another database, everything else would be a consequence.
        let foreign = found.filter { $0.id == SchemaMistake.provider.rawValue }
        if !found.isEmpty { throw Diagnostics(foreign.isEmpty ? found : foreign) }
        self = reader.model
    }
}
