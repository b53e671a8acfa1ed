import PrismaSchema
import Testing

/// A schema with one kind of mistake, and what is said about it.
struct MistakeCase: Sendable, CustomTestStringConvertible {
    var mistake: SchemaMistake
    var schema: String
    var findings: [String]

    var testDescription: String { findings.first ?? mistake.rawValue }

    init(_ mistake: SchemaMistake, _ schema: String, _ findings: String...) {
        self.mistake = mistake
        self.schema = schema
        self.findings = findings
    }
}
