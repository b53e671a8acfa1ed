import Postgres

/// Batches of 1,000 rows in the order of the key, each a transaction of its own; a trigger for each row sets the column.
///
/// What programs do that let every copied row pass the trigger of live writes.
struct KeysetBatches: Contender {
    private static let size = 1000

    let name = "keyset batches of 1,000, per-row trigger"

    func prepare(_ database: Database) async throws {
        try await database.execute(TableShape.addColumn)
        try await database.execute(
            """
            CREATE FUNCTION public.copy_note() RETURNS trigger LANGUAGE plpgsql AS $$
            BEGIN
              NEW.\(TableShape.new) := NEW.\(TableShape.old);
              RETURN NEW;
            END
            $$;
            CREATE TRIGGER copy_note BEFORE INSERT OR UPDATE ON \(TableShape.table)
              FOR EACH ROW EXECUTE FUNCTION public.copy_note();
            """
        )
    }

    func backfill(_ database: Database) async throws -> Course {
        let start = ContinuousClock.now
        let key = database.shape.key
        let first = Self.statement(key, isFirst: true)
        let next = Self.statement(key, isFirst: false)
        let progress = try await database.session.run { connection in
            var progress = Timeline()
            var total = 0
            progress.add(0)
            var last = try connection.query(first).first
            while let row = last {
                total += try row.decode("batch_rows", as: Int.self)
                progress.add(Double(total))
                let place = try key.map { column throws(PostgresError) in try row.decode(column.name, as: String.self) }
                last = try connection.query(next, place).first
            }
            return progress
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return Course(copy: seconds, whole: seconds, progress: progress)
    }

    /// Touches the next batch; the answer is its last key and how many rows it had, no row at the end of the table.
    private static func statement(_ key: [TableShape.Column], isFirst: Bool) -> String {
        let columns = key.map(\.name).joined(separator: ", ")
        let place = key.enumerated().map { "$\($0 + 1)::\($1.type)" }.joined(separator: ", ")
        let touch = key.map { "\($0.name) = t.\($0.name)" }.joined(separator: ", ")
        let match = key.map { "t.\($0.name) = batch.\($0.name)" }.joined(separator: " AND ")
        return """
            WITH batch AS (
              SELECT \(columns) FROM \(TableShape.table) \(isFirst ? "" : "WHERE (\(columns)) > (\(place))")
               ORDER BY \(columns) LIMIT \(size) FOR NO KEY UPDATE
            ), touched AS (
              UPDATE \(TableShape.table) AS t SET \(touch) FROM batch WHERE \(match)
              RETURNING \(key.map { "t.\($0.name)" }.joined(separator: ", "))
            )
            SELECT \(columns), count(*) OVER () AS batch_rows FROM touched
             ORDER BY \(key.map { "\($0.name) DESC" }.joined(separator: ", ")) LIMIT 1
            """
    }
}
