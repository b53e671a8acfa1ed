import Postgres
import SQL
import Workflow

/// Whether a table has room for further columns: their numbers, and the size of a row.
struct TableRoom {
    let connection: Connection

    init(_ connection: Connection) { self.connection = connection }

    /// MaxHeapAttributeNumber of `access/htup_details.h`; a number is never used again, also after a rollback.
    static let numbers = 1600
    /// MaxHeapTupleSize of `access/htup_details.h`, in bytes.
    static let rowSize = 8160

    func findings(_ shape: NamedShape) throws -> [Finding] {
        let rows = try connection.queryKept(Self.query, [shape.table.quoted, shape.columns])
        guard let row = rows.first else { return [] }
        let missing: Int = try row.decode("missing")
        let used: Int = try row.decode("used")
        let least: Int = try row.decode("least")
        guard missing > 0 else { return [] }
        var findings: [Finding] = []
        if used + missing > Self.numbers {
            let message =
                "\(shape.table) has used \(used) of \(Self.numbers) column numbers, dropped columns among them, and \(missing) more are needed"
            findings.append(
                Finding("columns", .refused, message, hint: "make the table anew without its dropped columns first")
            )
        }
        // A value that is stored elsewhere leaves a pointer of 18 bytes; a further column may need a byte for its NULL.
        let size = least + missing * 18 + (used + missing + 7) / 8
        if size > Self.rowSize {
            let message =
                "a row of \(shape.table) with a value in each column takes up to \(size) bytes with the new columns, and a page holds \(Self.rowSize)"
            findings.append(
                Finding(
                    "row-size",
                    .acknowledge,
                    message,
                    hint: "a write of such a row fails from expand on; rollback leaves the number of the column behind"
                )
            )
        }
        return findings
    }

    /// `least` is what a row with a value in each column takes once all that can be is stored elsewhere, without the bitmap.
    private static let query = """
        SELECT (SELECT count(*)::int FROM unnest($2::text[]) n WHERE NOT EXISTS (
                  SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = n AND NOT a.attisdropped)) AS missing,
               c.relnatts::int AS used,
               (SELECT 24 + coalesce(sum(CASE
                         WHEN a.attlen > 0 THEN (a.attlen + s.align - 1) / s.align * s.align
                         WHEN a.atttypid IN ('varchar'::regtype, 'bpchar'::regtype) AND a.atttypmod > 4 THEN least(18, a.atttypmod - 3)
                         ELSE 18 END), 0)::int
                  FROM pg_attribute a
                  CROSS JOIN LATERAL (SELECT CASE a.attalign WHEN 'd' THEN 8 WHEN 'i' THEN 4 WHEN 's' THEN 2 ELSE 1 END AS align) s
                 WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS least
          FROM pg_class c WHERE c.oid = to_regclass($1)
        """
}
