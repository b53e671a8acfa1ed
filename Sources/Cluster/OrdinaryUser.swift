#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The user that a server started by root runs as, since PostgreSQL refuses to run as root.
struct OrdinaryUser {
    let id: uid_t
    let group: gid_t

    /// PostgreSQL's own user if a package made one, else the one that owns nothing.
    static let candidates = ["postgres", "nobody"]

    /// Nil when the caller is an ordinary user itself.
    static func unlessOrdinary() throws(ClusterError) -> OrdinaryUser? {
        guard geteuid() == 0 else { return nil }
        for name in candidates {
            guard let entry = unsafe getpwnam(name) else { continue }
            return unsafe OrdinaryUser(id: entry.pointee.pw_uid, group: entry.pointee.pw_gid)
        }
        throw .noOrdinaryUser(tried: candidates)
    }
}
