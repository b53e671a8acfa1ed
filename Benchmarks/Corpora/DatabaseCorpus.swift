import Cluster
import Diagnostics
import Foundation
import Postgres
import Schema
import SchemaReader
import Shadow
import SQL

/// Schemas before and after a change, as SQL: the script from one to the other, and back, is run on a server.
struct DatabaseCorpus: Sendable {
    let name = "pgschema"

    /// Runs all cases, in the order of their names; first there, then back.
    func results(in folder: URL) async throws -> [(direction: String, results: [PrismaCorpus.Result])] {
        let cluster = try await Cluster.start()
        do {
            let cases = try FileManager.default.contentsOfDirectory(
                at: folder.appending(path: name),
                includingPropertiesForKeys: nil
            )
            .sorted { $0.path < $1.path }
            var all: [(String, [PrismaCorpus.Result])] = []
            for (direction, from, to) in [("there", "old.sql", "new.sql"), ("back", "new.sql", "old.sql")] {
                var results: [PrismaCorpus.Result] = []
                for url in cases { results.append(await result(url, (from, to), cluster)) }
                all.append((direction, results))
            }
            await cluster.stop()
            return all
        } catch {
            await cluster.stop()
            throw error
        }
    }

    private func result(_ url: URL, _ names: (from: String, to: String), _ cluster: Cluster) async
        -> PrismaCorpus.Result
    {
        let start = ContinuousClock.now
        var problem: String?
        do {
            problem = try await difference(url, names, cluster)
        } catch {
            problem = "\(error)".split(separator: "\n").prefix(2).joined(separator: " ")
        }
        return PrismaCorpus.Result(name: url.lastPathComponent, time: ContinuousClock.now - start, problem: problem)
    }

    /// Why the script does not lead from one side to the other; nil where it does.
    private func difference(_ url: URL, _ names: (from: String, to: String), _ cluster: Cluster) async throws -> String?
    {
        try make("before", of: url.appending(path: names.from), cluster)
        try make("after", of: url.appending(path: names.to), cluster)
        let script = SchemaScript(SchemaDiff(from: try read("before", cluster), to: try read("after", cluster)))
        let connection = try connect("before", cluster)
        defer { connection.close() }
        try ScriptRun(SourceText(name: "script", text: script.text)).run(on: connection)
        let rest = SchemaDiff(from: try read("before", cluster), to: try read("after", cluster))
        guard rest.isEmpty else { return "a second comparison finds: \(SchemaSummary(rest).text.prefix(150))" }
        let (ours, theirs) = (try dump("before", cluster), try dump("after", cluster))
        let missing = theirs.filter { !ours.contains($0) }
        let extra = ours.filter { !theirs.contains($0) }
        guard let first = (missing + extra).first else { return nil }
        return "pg_dump differs: \(first.prefix(120))"
    }

    private func make(_ name: String, of url: URL, _ cluster: Cluster) throws {
        let server = try connect("postgres", cluster)
        defer { server.close() }
        try server.execute("DROP DATABASE IF EXISTS \"\(name)\" WITH (FORCE)")
        try server.execute("CREATE DATABASE \"\(name)\" TEMPLATE template0")
        let source = SourceText(name: url.path, text: try String(contentsOf: url, encoding: .utf8))
        let run = ScriptRun(source)
        for role in try run.statements().flatMap({ MentionedRoles(of: $0.text).names }) {
            let isThere = try !server.query("SELECT FROM pg_roles WHERE rolname = $1", [role]).isEmpty
            if !isThere { try server.execute("CREATE ROLE \(role.quoted)") }
        }
        let connection = try connect(name, cluster)
        defer { connection.close() }
        try connection.execute("SET search_path = public")
        try run.run(on: connection)
    }

    private func connect(_ database: String, _ cluster: Cluster) throws -> Connection {
        try Connection.open(
            ConnectionTarget(url: cluster.url(database: database), environment: [:]),
            SessionOptions(applicationName: "corpora")
        )
    }

    private func read(_ database: String, _ cluster: Cluster) throws -> DatabaseSchema {
        let connection = try connect(database, cluster)
        defer { connection.close() }
        return try SchemaReader.read(connection)
    }

    /// The lines of pg_dump, sorted: the order of columns is that of their making.
    private func dump(_ database: String, _ cluster: Cluster) throws -> [String] {
        let process = Process()
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: cluster.binaries.path("pg_dump"))
        process.arguments = ["--schema-only", "-d", cluster.url(database: database)]
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return text.split(separator: "\n").filter { !$0.hasPrefix("--") && !$0.contains("restrict") }
            .map { $0.hasSuffix(",") ? String($0.dropLast()) : String($0) }.sorted()
    }
}
