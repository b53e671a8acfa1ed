package import SQL

/// The privileges that objects get when a role makes them.
package struct DefaultPrivileges: SchemaObject {
    /// Whose objects of which kind, and where.
    package struct Scope: Hashable, Sendable {
        package enum Kind: String, Hashable, Sendable {
            case tables = "TABLES"
            case sequences = "SEQUENCES"
            case routines = "ROUTINES"
            case types = "TYPES"
            case schemas = "SCHEMAS"

            var privileges: Privileges.Kind {
                switch self {
                case .tables: .table
                case .sequences: .sequence
                case .routines: .routine
                case .types: .type
                case .schemas: .schema
                }
            }
        }

        package var role: Identifier
        /// Nil for all schemas; what is said of one schema is added to that.
        package var schema: Identifier?
        package var kind: Kind

        package init(role: Identifier, schema: Identifier?, kind: Kind) {
            self.role = role
            self.schema = schema
            self.kind = kind
        }

        /// `FOR ROLE "r" IN SCHEMA "s"`.
        var clause: String { "FOR ROLE \(role.quoted)" + (schema.map { " IN SCHEMA \($0.quoted)" } ?? "") }

        /// What holds where nothing was ever said.
        var initial: Set<Privileges.Grant> { schema == nil ? kind.privileges.initial : [] }
    }

    package var grants: Set<Privileges.Grant>

    package init(grants: Set<Privileges.Grant>, scope: Scope) {
        self.grants = Privileges.normal(grants, scope.kind.privileges)
    }

    package var keyword: String { "DEFAULT PRIVILEGES" }

    package func creation(of id: ObjectID) -> [Step] {
        guard case .defaultPrivileges(let scope) = id else { return [] }
        return steps(scope, from: scope.initial, to: grants)
    }

    package func removal(of id: ObjectID) -> [Step] {
        guard case .defaultPrivileges(let scope) = id else { return [] }
        return steps(scope, from: grants, to: scope.initial)
    }

    package func alteration(of id: ObjectID, from old: Self) -> Alteration {
        guard case .defaultPrivileges(let scope) = id else { return .replacement }
        return .inPlace(steps(scope, from: old.grants, to: grants))
    }

    /// Late, so that no object of the script gets them.
    private func steps(_ scope: Scope, from old: Set<Privileges.Grant>, to new: Set<Privileges.Grant>) -> [Step] {
        PrivilegeChange(old: old, new: new).sentences.map { sentence in
            Step(
                "ALTER DEFAULT PRIVILEGES \(scope.clause) "
                    + sentence.text(on: scope.kind.rawValue, owner: scope.role.quoted),
                stage: .late
            )
        }
    }
}
