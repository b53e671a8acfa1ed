package import SQL

/// A row security policy.
package struct Policy: SchemaObject {
    package var isPermissive = true
    /// `ALL`, `SELECT`, `INSERT`, `UPDATE` or `DELETE`.
    package var command = "ALL"
    /// Sorted; none stands for PUBLIC.
    package var roles: [Identifier] = []
    package var using: ServerText?
    package var check: ServerText?

    package init() {}

    package var keyword: String { "POLICY" }

    private var roleList: String { roles.isEmpty ? "PUBLIC" : roles.map(\.quoted).joined(separator: ", ") }

    package func creation(of id: ObjectID) -> [Step] {
        let parts = [
            "CREATE POLICY \(id.quoted)", isPermissive ? nil : "AS RESTRICTIVE",
            command == "ALL" ? nil : "FOR \(command)",
            roles.isEmpty ? nil : "TO \(roleList)", using.map { "USING (\($0.text))" },
            check.map { "WITH CHECK (\($0.text))" },
        ]
        return [Step(parts.compactMap(\.self).joined(separator: " "))]
    }

    /// ALTER POLICY can neither remove an expression nor change the command.
    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard isPermissive == old.isPermissive, command == old.command, (using == nil) == (old.using == nil),
            (check == nil) == (old.check == nil)
        else { return .replacement }
        let parts = [
            "ALTER POLICY \(id.quoted)", roles == old.roles ? nil : "TO \(roleList)",
            using == old.using ? nil : using.map { "USING (\($0.text))" },
            check == old.check ? nil : check.map { "WITH CHECK (\($0.text))" },
        ]
        return .inPlace([Step(parts.compactMap(\.self).joined(separator: " "))])
    }
}
