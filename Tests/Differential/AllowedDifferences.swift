import SQL
import Workflow

/// What may differ, since it is documented and cannot be otherwise: the only place that says so.
///
/// - A version that knows only the new columns writes no NULL into them before enforce is done: until then NULL means
///   "not copied yet" (Docs/explanation/dual-writes.md, "Why NULL is special").
/// - A NULL that it inserts gets the old column's default in the cases of the finding `explicit-null`.
/// - It does not read the new columns before every row is copied.
/// - Triggers of the table fire for the rows that Crossfade rewrites (finding `user-triggers`). What they write then, in
///   a counter of the row or in tables of their own, is put into the twin after each move of the run.
/// - What logs a whole row as JSON logs columns that the twin does not have. The columns of the change are left out of
///   such a log when it is compared.
/// - `make_required`: NULL is what `fill` gives.
/// - Under the name that is a view, `rename_table` cannot do COPY, MERGE and TRUNCATE (finding `view-limits`): both
///   versions do these by the name that is the table.
/// - The columns that `merge_columns` and `split_column` make have no default before contract: until then a new version names
///   them in each INSERT into a table whose old columns have one.
/// - COPY names the key: one that fails has taken fewer numbers of a sequence than without Crossfade's triggers, since
///   PostgreSQL inserts many rows at once only where a table has no BEFORE trigger. So does the order in which it finds two
///   faults of its rows.
/// - ON CONFLICT DO NOTHING without a target fails at a deferrable constraint (55000), unless it meets a conflict in an older
///   index first. Contract makes indexes younger. Such tables have no statement of that form.
/// - A trigger of the table that fills the column itself, and a statement that makes rows of others, meet what `fill` gave
///   where they would have met NULL. No table of `make_required` has such a trigger.
/// - `extract_table`, `move_columns`: a new version writes two tables by two statements, so that only success and SQLSTATE
///   can be compared, and does not read the moved columns in the statement that writes them. TRUNCATE of the first table
///   fails from expand on, since another one references it.
/// - `move_relation`, `link_table`: a new version writes the new side of a link when every row is copied, and takes a link of
///   `move_relation` away when enforce is done. A row that is linked is deleted, or gets another key, only where the old foreign
///   key has the link follow: what the others forbid the new shape allows.
/// - No statement names all columns by leaving them out or by `*` (finding `select-star`).
enum AllowedDifferences {
    /// Whether a NULL that a new version writes stays NULL.
    static func newNullIsKept(_ shape: Shape, _ standing: Standing, inserting: Bool) -> Bool {
        guard inserting, standing.hasOld else { return true }
        if shape.has(.madeDefault) { return false }
        guard shape.has(.constantDefault) else { return true }
        return shape.takesNull && (shape.kind == .renameColumn || shape.kind == .changeType)
    }

    /// Whether a new version may leave its columns to their default.
    static func newDefaultIsKept(_ shape: Shape, _ standing: Standing) -> Bool {
        !standing.hasOld
            || !(shape.has(.constantDefault) && (shape.kind == .mergeColumns || shape.kind == .splitColumn))
    }

    /// Rows as a log has them, without the columns of the change.
    static func logged(_ column: String, _ shape: Shape) throws -> String {
        let slots: [Slot] = [.oldA, .oldB, .newA, .newB]
        let names = try slots.map { try shape.text(try shape.names.identifier($0).name) }.joined(separator: ", ")
        return """
            CASE jsonb_typeof(\(column)) WHEN 'object' THEN (SELECT jsonb_object_agg(e.key, e.value) FROM jsonb_each(\(column)) e
              WHERE e.key NOT LIKE 'crossfade%' AND e.key <> ALL (ARRAY[\(names)])) ELSE \(column) END
            """
    }
}
