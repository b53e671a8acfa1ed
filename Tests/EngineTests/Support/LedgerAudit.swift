import Foundation
import Postgres
import TestSupport
import Testing

@testable import Engine

/// Watches every write to the ledger, from triggers on its tables: whether its transaction has asserted a lease.
struct LedgerAudit {
    let fixture: Fixture

    /// A sort of write: `INSERT step`.
    typealias Write = String

    /// Puts the triggers on; the ledger has to be there.
    func begin() throws {
        try fixture.sql(
            """
            CREATE TABLE public.ledger_write (at bigserial, write text, fenced boolean);
            CREATE FUNCTION public.note_write() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              INSERT INTO public.ledger_write (write, fenced)
              SELECT TG_OP || ' ' || TG_TABLE_NAME, EXISTS (SELECT FROM pg_locks WHERE pid = pg_backend_pid() AND granted
                AND locktype = 'advisory' AND objsubid = 2 AND classid::bigint = hashtext('crossfade.lease')::bigint & 4294967295);
              RETURN NULL;
            END $$;
            DO $$ DECLARE relation regclass; BEGIN
              FOR relation IN SELECT oid FROM pg_class WHERE relnamespace = 'crossfade'::regnamespace AND relkind = 'r'
                           -- Which the applications write, and on which no trigger may stand.
                           AND relname <> 'observation' LOOP
                EXECUTE format('CREATE TRIGGER note_write AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT
                  EXECUTE FUNCTION public.note_write()', relation);
                EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER note_write', relation);
              END LOOP;
            END $$
            """
        )
    }

    /// Runs a command that does not hold the plan.
    func ignoring(_ command: () async throws -> Void) async throws {
        let before: Int64 = try fixture.value("SELECT coalesce(max(at), 0) FROM public.ledger_write")
        try await command()
        try fixture.sql("DELETE FROM public.ledger_write WHERE at > \(before)")
    }

    /// The writes in transactions that did, or did not, assert a lease.
    func writes(fenced: Bool) throws -> Set<Write> {
        let connection = try fixture.database.connect()
        return Set(
            try connection.query("SELECT DISTINCT write FROM public.ledger_write WHERE fenced = $1", [fenced]).map {
                try $0.decode("write", as: String.self)
            }
        )
    }

    /// Takes the lease away from whoever asserts it more often than so; nil gives the function its own text back.
    func limit(assertionsTo number: Int?) throws {
        try fixture.sql(
            """
            CREATE SEQUENCE IF NOT EXISTS public.assertion;
            SELECT setval('public.assertion', 1, false);
            DO $do$ BEGIN
              IF to_regprocedure('crossfade.own_assert_lease(text, text)') IS NULL THEN
                ALTER FUNCTION crossfade.assert_lease(text, text) RENAME TO own_assert_lease;
              END IF;
            END $do$;
            CREATE OR REPLACE FUNCTION crossfade.assert_lease(of_plan text, held text) RETURNS void LANGUAGE plpgsql AS $$
            BEGIN
              IF nextval('public.assertion') > \(number ?? Int.max >> 1) THEN
                RAISE EXCEPTION 'another process has taken over the plan %', of_plan USING ERRCODE = 'CF001';
              END IF;
              PERFORM crossfade.own_assert_lease(of_plan, held);
            END $$
            """
        )
    }
}

extension LedgerAudit {
    /// The writes that the sources of the engine have, by the statements in them.
    static func sources() throws -> [Write: Set<String>] {
        let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../Sources/Engine")
        let files = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
        var writes: [Write: Set<String>] = [:]
        for case let file as URL in files where file.pathExtension == "swift" {
            let text = try String(contentsOf: file, encoding: .utf8)
            for match in text.matches(of: /(INSERT|UPDATE|DELETE)(?:\ INTO|\ FROM)?\ crossfade\.([a-z_]+)/) {
                writes["\(match.1) \(match.2)", default: []].insert(file.lastPathComponent)
            }
        }
        return writes
    }
}
