import Diagnostics
import Foundation
import Postgres
import PrismaSchema
import Reporting
import Schema
import SchemaReader
import Shadow
import SQL
import Workflow

/// Two schemas of which at least one is that of a database, read one after the other.
struct SchemaComparison {
    let invocation: Invocation
    /// An empty database for scripts, as a URL; nil: one is made.
    let shadow: String?
    /// Schemas that are not looked at, besides Crossfade's own.
    let excluded: [String]

    /// Reads both sides and compares them; what was started for it is gone afterwards.
    func diff(from: DiffSource, to: DiffSource) async throws -> SchemaDiff {
        let shadow = try await needsShadow(from) || needsShadow(to) ? open(beside: from, to) : nil
        do {
            var (old, new) = (try await schema(from, in: shadow), try await schema(to, in: shadow))
            if from == .empty { old = new.bare }
            if to == .empty { new = old.bare }
            await shadow?.close()
            return SchemaDiff(from: old, to: new)
        } catch {
            await shadow?.close()
            throw error
        }
    }

    private func needsShadow(_ source: DiffSource) -> Bool {
        switch source {
        case .schema, .migrations, .sql, .plan: true
        case .empty, .database: false
        }
    }

    private func open(beside sides: DiffSource...) async throws -> ShadowDatabase {
        let environment = ProcessInfo.processInfo.environment
        let live =
            sides.compactMap { side -> ConnectionTarget? in
                if case .database(let url) = side { target(url) } else { nil }
            }.first ?? (invocation.namesDatabase ? target(nil) : nil)
        guard let shadow else { return try await ShadowDatabase.own(beside: live, environment: environment) }
        return try await ShadowDatabase.named(ConnectionTarget(url: shadow, environment: [:]), apartFrom: live)
    }

    private func target(_ url: String?) -> ConnectionTarget {
        ConnectionTarget(url: url ?? invocation.options.database, environment: ProcessInfo.processInfo.environment)
    }

    private var identifiers: [Identifier] {
        get throws { try (["crossfade", "crossfade_shadow"] + excluded).map { try Identifier($0) } }
    }

    private func schema(_ source: DiffSource, in shadow: ShadowDatabase?) async throws -> DatabaseSchema {
        switch source {
        case .empty: return DatabaseSchema()
        case .database(let url): return try await live(target(url))
        case .plan(let word):
            guard let shadow else { throw Failure(.failed, "there is no shadow database for \(source.description)") }
            let outcome = try PlanOutcome(word, invocation)
            let live = try await live(target(nil))
            let script = SchemaScript(SchemaDiff(from: live.bare, to: live)).text
            return try await shadow.schema(
                of: SchemaScripts([SourceText(name: "the schema of the database", text: script)]),
                excluding: identifiers
            ) { try await outcome.run(at: $0) }
        case .schema, .migrations, .sql:
            guard let shadow else { throw Failure(.failed, "there is no shadow database for \(source.description)") }
            return try await shadow.schema(of: try scripts(of: source), excluding: identifiers)
        }
    }

    private func scripts(of source: DiffSource) throws -> SchemaScripts {
        switch source {
        case .migrations(let folder): return try MigrationFolder(folder).read().scripts
        case .sql(let path): return SchemaScripts([try SourceText(reading: path)])
        case .schema(let path):
            let migration = Migration(from: .empty, to: try DiffReader().database(.schema(path)))
            return SchemaScripts([SourceText(name: "the SQL of \(path)", text: migration.script)])
        case .empty, .database, .plan: return SchemaScripts([])
        }
    }

    /// Reads a database in use: in a transaction that may only read, without any right but to connect.
    private func live(_ target: ConnectionTarget) async throws -> DatabaseSchema {
        do {
            let session = try await Session.open(target, SessionOptions(applicationName: "crossfade/-/diff"))
            do {
                let excluded = try identifiers
                var schema = try await session.run { try SchemaReader.read($0, excluding: excluded) }
                await session.close()
                schema.leaveOutHistoryTables()
                return schema
            } catch {
                await session.close()
                throw error
            }
        } catch let error as PostgresError {
            throw Failure(
                error.isConnectionProblem ? .unreachable : .failed,
                "the database cannot be read: \(error)",
                hint: "check --database, database:URL, DATABASE_URL or the PG* variables"
            )
        }
    }
}

extension DatabaseSchema {
    /// What a new database has of it: the schema public, and the language PL/pgSQL.
    fileprivate var bare: DatabaseSchema {
        var schema = DatabaseSchema()
        schema.role = role
        let kept = [ObjectID.schema(Identifier(shortening: "public")), .extension(Identifier(shortening: "plpgsql"))]
        for id in kept { schema.entries[id] = entries[id] }
        return schema
    }
}
