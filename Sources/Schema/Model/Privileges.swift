package import SQL

/// Who may do what with an object, besides what its owner may by being the owner.
package struct Privileges: Sendable, Hashable {
    /// Kinds of objects that differ in their privileges.
    package enum Kind: String, Sendable, Hashable {
        case table = "TABLE"
        case column = "COLUMN"
        case sequence = "SEQUENCE"
        case routine = "ROUTINE"
        case type = "TYPE"
        case schema = "SCHEMA"

        /// All that an owner may: manual, 5.8.
        ///
        /// MAINTAIN is left out, since it came with PostgreSQL 17.
        var all: Set<String> {
            switch self {
            case .table: ["SELECT", "INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER"]
            case .column: []
            case .sequence: ["SELECT", "UPDATE", "USAGE"]
            case .routine: ["EXECUTE"]
            case .type: ["USAGE"]
            case .schema: ["CREATE", "USAGE"]
            }
        }

        /// What the owner of a new object and everybody may.
        var initial: Set<Grant> {
            var grants = Set(all.map { Grant($0, to: .owner) })
            switch self {
            case .routine: grants.insert(Grant("EXECUTE", to: .everybody))
            case .type: grants.insert(Grant("USAGE", to: .everybody))
            case .table, .column, .sequence, .schema: break
            }
            return grants
        }
    }

    package enum Grantee: Sendable, Hashable {
        /// The object's owner, whatever its name is.
        case owner
        /// PUBLIC.
        case everybody
        case role(Identifier)
    }

    package struct Grant: Sendable, Hashable {
        /// Such as `SELECT`.
        package let privilege: String
        package let grantee: Grantee
        package let isGrantable: Bool

        package init(_ privilege: String, to grantee: Grantee, isGrantable: Bool = false) {
            self.privilege = privilege
            self.grantee = grantee
            self.isGrantable = isGrantable
        }
    }

    package let kind: Kind
    package let grants: Set<Grant>

    /// With nil for the privileges of an object on which nothing was ever granted or revoked.
    package init(_ kind: Kind, grants: Set<Grant>?) {
        self.kind = kind
        self.grants = grants.map { Self.normal($0, kind) } ?? kind.initial
    }

    /// An owner has every grant option anyway, and MAINTAIN with all else.
    static func normal(_ grants: Set<Grant>, _ kind: Kind) -> Set<Grant> {
        Set(
            grants.compactMap { grant in
                guard grant.grantee == .owner else { return grant }
                return kind.all.contains(grant.privilege) || kind == .column
                    ? Grant(grant.privilege, to: .owner) : nil
            }
        )
    }
}
