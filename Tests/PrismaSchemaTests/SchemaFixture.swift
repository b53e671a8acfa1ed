import Diagnostics
import PrismaSchema
import Testing

/// The start of every schema: what is left out is not what the test is about.
let datasource = """
    datasource db {
      provider = "postgresql"
    }

    """

/// The data model of a schema without its datasource.
func dataModel(_ body: String) throws -> DataModel {
    try DataModel(reading: [SourceText(name: "schema.prisma", text: datasource + body)])
}

/// The database that Prisma makes of a schema.
func database(_ body: String) throws -> PrismaDatabase {
    PrismaDatabase(try dataModel(body))
}

/// The statements that lead from one schema to another, without comments and blank lines.
func statements(from previous: String, to next: String) throws -> [String] {
    Migration(from: try database(previous), to: try database(next)).steps.flatMap(\.statements)
}
