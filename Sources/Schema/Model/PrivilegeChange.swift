import SQL

/// The GRANTs and REVOKEs that lead from one set of privileges to another.
struct PrivilegeChange {
    let old: Set<Privileges.Grant>
    let new: Set<Privileges.Grant>

    /// One verb with all privileges that it concerns.
    struct Sentence: Hashable {
        let verb: String
        let privileges: [String]
        let grantee: Privileges.Grantee
        let suffix: String

        /// The sentence with what it is about between privileges and grantee; `owner` stands for the object's owner.
        func text(on target: String, owner: String) -> String {
            let list = privileges.joined(separator: ", ")
            let name =
                switch grantee {
                case .owner: owner
                case .everybody: "PUBLIC"
                case .role(let role): role.quoted
                }
            let preposition = verb.hasPrefix("REVOKE") ? "FROM" : "TO"
            return "\(verb) \(list) ON \(target) \(preposition) \(name)\(suffix)"
        }
    }

    var sentences: [Sentence] {
        let gone = old.filter { grant in !new.contains { Self.isSame($0, grant) } }
        let weakened = old.filter { grant in
            grant.isGrantable && new.contains { Self.isSame($0, grant) && !$0.isGrantable }
        }
        let added = new.filter { grant in
            !old.contains(grant) && !old.contains { Self.isSame($0, grant) && $0.isGrantable }
        }
        return Self.grouped(gone, "REVOKE", "") + Self.grouped(weakened, "REVOKE GRANT OPTION FOR", "")
            + Self.grouped(added.filter { !$0.isGrantable }, "GRANT", "")
            + Self.grouped(added.filter(\.isGrantable), "GRANT", " WITH GRANT OPTION")
    }

    private static func isSame(_ one: Privileges.Grant, _ other: Privileges.Grant) -> Bool {
        one.privilege == other.privilege && one.grantee == other.grantee
    }

    private static func grouped(_ grants: Set<Privileges.Grant>, _ verb: String, _ suffix: String) -> [Sentence] {
        Dictionary(grouping: grants, by: \.grantee)
            .map { grantee, grants in
                Sentence(verb: verb, privileges: grants.map(\.privilege).sorted(), grantee: grantee, suffix: suffix)
            }
            .sorted { $0.text(on: "", owner: "") < $1.text(on: "", owner: "") }
    }
}
