import Diagnostics
import Foundation
import Shadow
import Testing
import Workflow

/// Folders of migrations, as tools lay them out.
@Suite struct MigrationFolderTests {
    /// Files by their paths, in a folder that is gone afterwards.
    private func read(_ files: [String: String]) throws -> (
        layout: MigrationFolder.Layout, names: [String], texts: [String]
    ) {
        let folder = FileManager.default.temporaryDirectory.appending(path: "migrations-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        for (path, text) in files {
            let url = folder.appending(path: path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try text.write(to: url, atomically: true, encoding: .utf8)
        }
        let (layout, scripts) = try MigrationFolder(folder.path).read()
        let names = scripts.scripts.map { String($0.name.dropFirst(folder.path.count + 1)) }
        return (layout, names, scripts.scripts.map(\.text))
    }

    @Test func `a folder for each migration`() throws {
        let found = try read([
            "20240102_b/migration.sql": "b", "20240101_a/migration.sql": "a", "migration_lock.toml": "",
            "20240103_c/up.sql": "c",
            "20240103_c/down.sql": "no",
        ])
        #expect(found.layout == .folders)
        #expect(found.texts == ["a", "b", "c"])
    }

    @Test func `Flyway's versions are numbers, and what is repeated comes last`() throws {
        let found = try read([
            "V1__a.sql": "", "V10__d.sql": "", "V2_1__c.sql": "", "V2__b.sql": "", "R__views.sql": "", "U2__no.sql": "",
            "notes.txt": "",
        ])
        #expect(found.layout == .flyway)
        #expect(found.names == ["V1__a.sql", "V2__b.sql", "V2_1__c.sql", "V10__d.sql", "R__views.sql"])
    }

    @Test func `plain files go by name, and only forward`() throws {
        let found = try read([
            "002.up.sql": "two", "002.down.sql": "no", "001.sql": "-- migrate:up\none;\n-- migrate:down\nDROP;\n",
            "003.sql": "-- +goose Up\nthree\n-- +goose Down\nno",
        ])
        #expect(found.layout == .files)
        #expect(found.names == ["001.sql", "002.up.sql", "003.sql"])
        #expect(found.texts == ["-- migrate:up\none;\n\n\n", "two", "-- +goose Up\nthree\n\n"])
    }

    @Test func `a folder without migrations, and none, are refused`() throws {
        #expect(throws: Failure.self) { try read(["notes.txt": ""]) }
        let failure = #expect(throws: Failure.self) { try MigrationFolder("/nowhere/at/all").read() }
        #expect(failure?.message.hasPrefix("/nowhere/at/all cannot be read") == true)
    }
}
