import Diagnostics
import PrismaSchema
import TestSupport
import Testing

@Suite("Mistakes in Prisma schemas")
struct MistakeTests {
    @Test(arguments: MistakeCase.all)
    func `is marked where it stands`(_ mistake: MistakeCase) throws {
        let text = MarkedText(mistake.schema, name: "schema.prisma")
        let diagnostics = try #require(throws: Diagnostics.self) { try DataModel(reading: [text.source]) }
        #expect(text.findings(of: diagnostics) == mistake.findings)
        #expect(text.unused(by: diagnostics).isEmpty)
    }

    @Test func `every kind of mistake has a case`() {
        #expect(Set(MistakeCase.all.map(\.mistake)) == Set(SchemaMistake.allCases))
    }

    @Test func `a mistake in the second file names that file, and characters count as an editor counts them`() throws {
        let first = SourceText(name: "a.prisma", text: "enum E {\n  X\n}\n")
        let second = SourceText(name: "b.prisma", text: "model Ä {\n  id Int @id // é👩‍👩‍👧\n  e  Ee\n}\n")
        let diagnostics = try #require(throws: Diagnostics.self) { try DataModel(reading: [first, second]) }
        let text = DiagnosticRenderer(color: false).render(diagnostics)
        #expect(
            text == """
                b.prisma:3:6: error: there is no type 'Ee' [prisma.type]
                3 |   e  Ee
                  |      ^^ did you mean 'E'?

                """
        )
    }

    @Test func `brackets that are nested without end are a mistake, and the end of nothing else`() throws {
        let deep = String(repeating: "[", count: 100_000)
        let text = "model A {\n  id Int @id @default(\(deep))\n}\n"
        let source = SourceText(name: "schema.prisma", text: datasource + text)
        let diagnostics = try #require(throws: Diagnostics.self) { try DataModel(reading: [source]) }
        #expect(diagnostics.all.contains { $0.message == "brackets are nested more than 32 levels deep" })
    }

    @Test func `the rest of a schema is read after a mistake`() throws {
        let text = "model A {\n  ???\n  id Int @id\n  b Nothing\n}\nmodel B {\n  id Nowhere @id\n}\n"
        let source = SourceText(name: "schema.prisma", text: text)
        let diagnostics = try #require(throws: Diagnostics.self) { try DataModel(reading: [source]) }
        #expect(diagnostics.all.compactMap(\.range?.start.line) == [2, 4, 6, 7])
    }
}
