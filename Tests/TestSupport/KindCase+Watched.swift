extension KindCase {
    /// Kinds whose old and new shape the application itself writes, watched by the trigger up to enforce.
    package static let watched: [KindCase] =
        [
            KindCase(
                kind: "rename_column",
                schema: """
                    CREATE TABLE "My.T" ("Key" int PRIMARY KEY, "a""b" text NOT NULL, n int DEFAULT 0);
                    CREATE UNIQUE INDEX ON "My.T" ("a""b");
                    CREATE FUNCTION trimmed() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW."a""b" := rtrim(NEW."a""b"); RETURN NEW; END $$;
                    CREATE TRIGGER trimmed BEFORE INSERT OR UPDATE ON "My.T" FOR EACH ROW EXECUTE FUNCTION trimmed();
                    INSERT INTO "My.T" SELECT i, 'v ' || i FROM generate_series(1, 300) i;
                    """,
                section: #"{table: '"My.T"', from: 'a"b', to: C.d}"#,
                extra: """
                    acknowledge: [user-triggers, function-bodies, dual-write-triggers]
                    dual_write: {by: application}
                    """,
                plain: """
                    ALTER TABLE "My.T" RENAME "a""b" TO "C.d";
                    ALTER INDEX "My.T_a""b_idx" RENAME TO "My.T_C.d_idx"
                    """,
                about: "written by the application"
            ),
            KindCase(
                kind: "change_type",
                schema: """
                    CREATE TABLE reading (id int PRIMARY KEY, amount int NOT NULL);
                    INSERT INTO reading SELECT n, n FROM generate_series(1, 300) n;
                    """,
                section: "{table: reading, column: amount, type: numeric}",
                extra: "acknowledge: [unconvertible]\ndual_write: {by: application}",
                plain: "ALTER TABLE reading ALTER amount TYPE numeric",
                about: "written by the application"
            ),
        ]
        + all.filter { $0.kind == "merge_columns" }.map { known in
            var copy = known
            copy.extra = "acknowledge: [dual-write-default]\ndual_write: {by: application}"
            copy.about = "written by the application"
            return copy
        }
}
