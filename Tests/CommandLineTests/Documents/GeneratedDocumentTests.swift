import Foundation
import Testing
import Workflow

/// The parts of the documents that are made of the program's own declarations; `make docs` writes them anew.
@Suite struct GeneratedDocumentTests {
    @Test(arguments: GeneratedPart.paths)
    func `the generated parts of a document are what the program makes of them`(_ path: String) throws {
        let old = try Document.read(path)
        var new = old
        for part in GeneratedPart.all where part.path == path {
            try #require(old.part(part.name) != nil, "\(path) has no part <!-- made: \(part.name) -->")
            // Blank lines keep a table and a comment apart.
            new = new.replacing(part.name, with: "\n\n\(try part.make())\n\n")
        }
        try expect(old, new)
    }

    @Test func `every part that says it is made is made`() throws {
        let made = Set(GeneratedPart.all.map { "\($0.path): \($0.name)" })
        for path in Document.paths {
            for name in try Document.read(path).partNames {
                #expect(made.contains("\(path): \(name)"), "nothing makes \(name) in \(path)")
            }
        }
    }

    @Test func `the schema in the documents is the one the reader's declarations make`() throws {
        let path = "Docs/reference/plan.schema.json"
        try expect(try Document.read(path), Document(path: path, text: PlanSchema.jsonSchema))
    }

    private func expect(_ old: Document, _ new: Document) throws {
        guard old.text != new.text else { return }
        if Document.isUpdating { try new.write() }
        let done = Document.isUpdating ? "was written anew: look at it, and run again without UPDATE_GOLDEN" : "differs"
        Issue.record(
            "\(old.path) \(done); make docs writes it anew. It begins to differ at: \(new.difference(from: old))"
        )
    }
}
