import Diagnostics
import Engine
import Foundation
import SQL
import Templates
import Testing

@Suite struct TemplateLibraryTests {
    private func mistakes(_ texts: [String: String], overrides: [String: String] = [:]) throws -> [String] {
        let (shipped, own) = (try TemplateFiles(texts), try TemplateFiles(overrides))
        if overrides.isEmpty {
            try FileManager.default.createDirectory(at: own.folder, withIntermediateDirectories: true)
        }
        do throws(Diagnostics) {
            _ = try shipped.library(overrides: own)
            return []
        } catch {
            return error.all.map { "[\($0.id)] " + ($0.fix ?? $0.message.replacing(shipped.folder.path, with: "")) }
        }
    }

    @Test func `a file of one's own takes the place of one that ships`() throws {
        let shipped = try TemplateFiles([
            "same_row/a": "SELECT 1", "same_row/b": "SELECT 2", "ledger/1.sql": "SELECT 3",
        ])
        let own = try TemplateFiles(["same_row/a": "SELECT 10 {{> mine}}", "same_row/mine": ", 11"])
        let library = try shipped.library(overrides: own)
        #expect(try library.renderStatement("same_row/a", TemplateContext([:])) == "SELECT 10 , 11")
        #expect(try library.renderStatement("same_row/b", TemplateContext([:])) == "SELECT 2")
        #expect(library.source("ledger/1")?.text == "SELECT 3")
        #expect(library.source("ledger/2") == nil)
    }

    @Test func `a file that takes the place of nothing is a mistake`() throws {
        let found = try mistakes(["same_row/expand": "SELECT 1"], overrides: ["same_row/expnd": "SELECT 1"])
        #expect(found == ["[template.useless-override] did you mean 'same_row/expand'?"])
    }

    @Test func `a partial that does not exist, or includes itself, is a mistake`() throws {
        #expect(
            try mistakes(["f/a": "{{> part}}", "f/parts": "1", "g/part": "1"])
                == ["[template.unknown-partial] did you mean 'parts'?"]
        )
        let endless = try mistakes(["f/a": "{{> b}}", "f/b": "{{> c}}", "f/c": "{{> b}}"])
        #expect(
            endless == [
                "[template.endless-partial] /f/b.sql.mustache includes itself",
                "[template.endless-partial] /f/c.sql.mustache includes itself",
            ]
        )
    }

    @Test func `a partial of the folder shared is every family's, and counts for the digest of each`() throws {
        func library(_ text: String) throws -> TemplateLibrary {
            try TemplateFiles(["f/a": "{{> part}}", "g/b": "{{> part}}", "g/part": "SELECT 2", "shared/part": text])
                .library()
        }
        let none = TemplateContext([:])
        #expect(try library("SELECT 1").renderStatement("f/a", none) == "SELECT 1")
        #expect(try library("SELECT 1").renderStatement("g/b", none) == "SELECT 2")
        #expect(try library("SELECT 1").digest(of: ["f"]) != library("SELECT 3").digest(of: ["f"]))
        let endless = try mistakes(["f/a": "{{> part}}", "shared/part": "{{> part}}"])
        #expect(endless == ["[template.endless-partial] /shared/part.sql.mustache includes itself"])
    }

    @Test func `a script that is not rendered must be SQL too`() throws {
        let found = try mistakes(["ledger/1.sql": "CREATE TABLE"])
        #expect(found == ["[sql.syntax] syntax error at end of input"])
    }

    @Test func `a file that is not UTF-8, and a folder that is not there, are mistakes`() throws {
        let files = try TemplateFiles(["f/a": "SELECT 1"])
        let missing = files.folder.appending(path: "nowhere")
        let error = #expect(throws: Diagnostics.self) { try TemplateLibrary(shipped: missing, overrides: nil) }
        #expect(error?.all.map(\.id) == ["template.unreadable"])
        try Data([0x53, 0xFF]).write(to: files.folder.appending(path: "f/a.sql.mustache"))
        let second = #expect(throws: Diagnostics.self) { try files.library() }
        #expect(second?.all.map(\.id) == ["text.not-utf8"])
    }

    @Test func `the digest changes with any name and any text, and with nothing else`() throws {
        let texts = ["f/a": "SELECT 1", "f/b": "SELECT 2", "g/a": "SELECT 3"]
        let library = try TemplateFiles(texts).library()
        let again = try TemplateFiles(texts).library()
        #expect(library.digest == again.digest)
        #expect(library.digest.count == 64 && library.digest.allSatisfy { $0.isHexDigit })
        let elsewhere = try TemplateFiles(texts.merging(["g/a": "SELECT 4"]) { $1 }).library()
        #expect(elsewhere.digest != library.digest)
        #expect(elsewhere.digest(of: ["f"]) == library.digest(of: ["f"]))
        #expect(elsewhere.digest(of: ["g"]) != library.digest(of: ["g"]))
        let moved = try TemplateFiles(["f/a": "SELECT 1", "f/c": "SELECT 2", "g/a": "SELECT 3"]).library()
        #expect(moved.digest(of: ["f"]) != library.digest(of: ["f"]))
    }

    @Test func `the templates that ship are sound`() throws {
        let library = try TemplateLibrary(overrides: nil)
        #expect(library.source("same_row/expand") != nil)
        #expect(library.source("ledger/1") != nil)
    }

    /// The folder Templates of the sources.
    private static var sources: URL {
        URL(filePath: #filePath).appending(path: "../../../Templates").standardizedFileURL
    }

    @Test func `the program holds every file of the folder Templates, byte for byte`() throws {
        var texts: [String: [UInt8]] = [:]
        for path in try FileManager.default.subpathsOfDirectory(atPath: Self.sources.path)
        where path.hasSuffix(".sql") || path.hasSuffix(".sql.mustache") {
            texts[path] = [UInt8](try Data(contentsOf: Self.sources.appending(path: path)))
        }
        #expect(!texts.isEmpty)
        let embedded = Dictionary(uniqueKeysWithValues: ShippedTemplates.files.map { ($0.path, [UInt8]($0.text.utf8)) })
        #expect(embedded.keys.sorted() == texts.keys.sorted())
        #expect(texts.filter { embedded[$0.key] != $0.value }.keys.sorted() == [])
        #expect(ShippedTemplates.files.map(\.path) == texts.keys.sorted())
    }

    @Test func `the program's own templates are the folder's, and a file of one's own takes the place of one`() throws {
        let own = try TemplateFiles(["same_row/expand": "SELECT 1"])
        let (shipped, changed) = (try TemplateLibrary(overrides: nil), try TemplateLibrary(overrides: own.folder))
        #expect(try shipped.digest == TemplateLibrary(shipped: Self.sources, overrides: nil).digest)
        #expect(changed.source("same_row/expand")?.text == "SELECT 1")
        #expect(changed.source("same_row/contract") == shipped.source("same_row/contract"))
        #expect(changed.digest(of: ["ledger"]) == shipped.digest(of: ["ledger"]))
    }
}
