import Diagnostics
import Foundation
import TestSupport
import Testing
import Workflow

@testable import Engine

/// A kind is its plan section, its templates, an example, a page and a case: none of them is there without the others.
struct KindCatalogTests {
    private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
        .standardizedFileURL

    private static let kinds = Set(Change.kinds.map { $0.key })

    private func files(in folder: String, _ ending: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(
            at: Self.repository.appending(path: folder),
            includingPropertiesForKeys: nil
        ).filter { $0.lastPathComponent.hasSuffix(ending) }
    }

    private func plans() throws -> [Plan] {
        try files(in: "Plans", ".yaml").map { url in
            let (plan, diagnostics) = PlanReader.read(try SourceText(name: url.path, bytes: Data(contentsOf: url)))
            return try #require(plan, "\(diagnostics.all.map(\.message))")
        }
    }

    @Test func `each kind has an example, and each example is of a kind`() throws {
        #expect(Set(try plans().map(\.change.key)) == Self.kinds.union([ChangeList.key]))
    }

    @Test func `each kind has a page, and each page is of a kind`() throws {
        let pages = try files(in: "Docs/reference/kinds", ".md").map { $0.deletingPathExtension().lastPathComponent }
        #expect(Set(pages) == Self.kinds.union([ChangeList.key]))
    }

    @Test func `each kind is killed after each of its steps`() {
        #expect(Set(KindCase.all.map(\.kind)) == Self.kinds)
    }

    @Test func `each kind can be seen under traffic`() throws {
        let scenarios = try files(in: "Sources/Demo", ".swift").map { try String(contentsOf: $0, encoding: .utf8) }
            .joined()
        // The rename is the demonstration that has no name.
        for kind in Self.kinds.subtracting(["rename_column"]) {
            #expect(scenarios.contains("kind: \"\(kind)\","), "no demonstration of \(kind)")
        }
    }

    @Test func `each kind can be resolved, and has the templates of a family`() throws {
        let families = Set(BlueprintCatalog.families.map { $0.family })
        for plan in try plans() {
            #expect(plan.change.kind is any ResolvedKind, "\(plan.change.key)")
            #expect(families.contains(plan.change.kind.family), "\(plan.change.key)")
        }
        #expect(Set(try plans().map(\.change.kind.family)) == families)
    }

    @Test func `each family has its folder of templates, and the specimen has all that they ask for`() throws {
        let library = try TemplateLibrary(overrides: nil)
        for family in BlueprintCatalog.families {
            let own = family.family == ChangeList.family ? "backfill" : "compare"
            #expect(library.source("\(family.family)/\(own)") != nil, "\(family.family)")
            let mistakes = try library.check(family.family, against: family.specimenContext)
            #expect(mistakes.isEmpty, "\(mistakes.all.map(\.message))")
        }
        let folders = try FileManager.default.contentsOfDirectory(
            atPath: Self.repository.appending(path: "Templates").path
        )
        .filter { !$0.contains(".") && $0 != "ledger" && $0 != "shared" }
        #expect(Set(folders) == Set(BlueprintCatalog.families.map { $0.family }))
    }
}
