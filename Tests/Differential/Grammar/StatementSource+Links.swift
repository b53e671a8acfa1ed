/// What a version sends that knows the new side of a link alone.
extension StatementSource {
    mutating func linking() -> Statement {
        switch random.number(0...9) {
        case 0...3 where standing.isCopied:
            let (near, far) = (random.number(1...8), random.number(1...4))
            if let statement = try? shape.kind == .linkTable ? linkRow(near, far) : link(near, far) { return statement }
        case 4 where standing.isSettled:
            if let statement = try? unlink(random.number(1...4)) { return statement }
        case 5, 6: return withoutLink(inOtherTable())
        default: break
        }
        return withoutLink(inOtherTable())
    }

    /// The link is written by itself.
    private func withoutLink(_ statement: Statement) -> Statement {
        switch statement {
        case .insert(var rows, let conflict, let returns, let throughView, let overrides):
            for place in rows.indices { rows[place].value = .absent }
            return .insert(rows, conflict: conflict, returns: returns, throughView: throughView, overrides: overrides)
        case .update(var row, let condition, let returns, let throughView):
            row.value = .absent
            return .update(row, condition, returns: returns, throughView: throughView)
        default: return statement
        }
    }

    /// The other table's row gets a link: in the old shape its former one goes, and a row that has another is refused.
    private func link(_ near: Int, _ far: Int) throws -> Statement {
        let (table, key, old) = try (shape.relation(.table), shape.quoted(.key), shape.quoted(.oldA))
        let (parent, farKey, new) = try (shape.relation(.parent), shape.quoted(.otherKey), shape.quoted(.newA))
        return .translated(
            new: "UPDATE \(parent) SET \(new) = \(near) WHERE \(farKey) = \(far)",
            old: """
                DO $new$
                #variable_conflict use_column
                BEGIN
                IF NOT EXISTS (SELECT FROM \(parent) WHERE \(farKey) = \(far)) THEN RETURN; END IF;
                IF NOT EXISTS (SELECT FROM \(table) WHERE \(key) = \(near)) THEN RAISE foreign_key_violation; END IF;
                IF EXISTS (SELECT FROM \(table) WHERE \(key) = \(near) AND \(old) <> \(far)) THEN RAISE unique_violation; END IF;
                UPDATE \(table) SET \(old) = NULL WHERE \(old) = \(far) AND \(key) <> \(near);
                UPDATE \(table) SET \(old) = \(far) WHERE \(key) = \(near) AND \(old) IS NULL;
                END $new$
                """
        )
    }

    /// The row has this link, and no other.
    private func linkRow(_ near: Int, _ far: Int) throws -> Statement {
        let (table, key, old) = try (shape.relation(.table), shape.quoted(.key), shape.quoted(.oldA))
        let (parent, farKey, links) = try (shape.relation(.parent), shape.quoted(.otherKey), shape.relation(.target))
        let (newFar, newNear) = try (shape.quoted(.newA), shape.quoted(.newB))
        return .translated(
            new: """
                WITH gone AS (DELETE FROM \(links) WHERE \(newNear) = \(near) AND \(newFar) <> \(far))
                INSERT INTO \(links) (\(newFar), \(newNear)) VALUES (\(far), \(near)) ON CONFLICT DO NOTHING
                """,
            old: """
                DO $new$
                #variable_conflict use_column
                BEGIN
                IF NOT EXISTS (SELECT FROM \(parent) WHERE \(farKey) = \(far)) OR NOT EXISTS (SELECT FROM \(table) WHERE \(key) = \(near))
                THEN RAISE foreign_key_violation; END IF;
                UPDATE \(table) SET \(old) = \(far) WHERE \(key) = \(near) AND \(old) IS DISTINCT FROM \(far);
                END $new$
                """
        )
    }

    private func unlink(_ far: Int) throws -> Statement {
        let (table, old, new) = try (shape.relation(.table), shape.quoted(.oldA), shape.quoted(.newA))
        let links =
            try shape.kind == .linkTable
            ? "DELETE FROM \(shape.relation(.target)) WHERE \(new) = \(far)"
            : "UPDATE \(shape.relation(.parent)) SET \(new) = NULL WHERE \(shape.quoted(.otherKey)) = \(far)"
        return .translated(new: links, old: "UPDATE \(table) SET \(old) = NULL WHERE \(old) = \(far)")
    }
}
