import Foundation

/// The user that a server started by root runs as, since PostgreSQL refuses to run as root.
struct OrdinaryUser {
    /// Put in front of a command, makes it that user's.
    let prefix: [String]

    /// PostgreSQL's own user if a package made one, else the one that owns nothing.
    static let candidates = ["postgres", "nobody"]

    /// The programs that can hand a command over, best first: `setpriv` becomes the command, `runuser` stays above it.
    ///
    /// A program's work rather than ours: between fork and exec only a few calls are safe, and glibc's `setuid`, which
    /// waits for the threads of the process, is none of them. It hung now and then.
    private static let programs = ["setpriv", "runuser"]

    /// Nil when the caller is an ordinary user itself.
    static func unlessOrdinary(environment: [String: String]) throws(ClusterError) -> OrdinaryUser? {
        guard geteuid() == 0 else { return nil }
        let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init) + ["/usr/bin", "/usr/sbin"]
        let places = programs.flatMap { program in folders.map { $0 + "/" + program } }
        guard let program = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw .cannotChangeUser(needed: programs)
        }
        for name in candidates {
            guard let entry = unsafe getpwnam(name) else { continue }
            if program.hasSuffix("runuser") { return OrdinaryUser(prefix: [program, "-u", name, "--"]) }
            let (user, group) = unsafe (entry.pointee.pw_uid, entry.pointee.pw_gid)
            return OrdinaryUser(prefix: [program, "--reuid=\(user)", "--regid=\(group)", "--clear-groups", "--"])
        }
        throw .noOrdinaryUser(tried: candidates)
    }
}
