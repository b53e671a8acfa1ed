/// Why no throw-away server could be started.
package enum ClusterError: Error, Hashable, Sendable {
    /// None of the places that were searched holds PostgreSQL's server programs.
    case binariesNotFound(searched: [String])
    /// The folder that `CROSSFADE_PG_BIN` names lacks a program.
    case programMissing(String, folder: String)
    /// The caller is root, as which PostgreSQL refuses to run, and the system has no user to run as instead.
    case noOrdinaryUser(tried: [String])
    /// The caller is root, and no program is there to run the server as another user.
    case cannotChangeUser(needed: [String])
    /// A setting that cannot be written into postgresql.conf.
    case invalidSetting(String)
    /// The server did not come up; with the end of its log.
    case startFailed(log: String)
    /// The process that watches over the server has ended or could not be started.
    case supervisorEnded(String)
}

extension ClusterError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .binariesNotFound(let searched):
            """
            PostgreSQL's server programs (\(PostgresBinaries.required.joined(separator: ", "))) were not found in \
            \(searched.joined(separator: ", ")). Install them with: apt-get install postgresql
            or set CROSSFADE_PG_BIN to the folder they are in.
            """
        case .programMissing(let program, let folder):
            "CROSSFADE_PG_BIN is \(folder), where there is no executable \(program)."
        case .noOrdinaryUser(let tried):
            """
            PostgreSQL does not run as root, and none of the users \(tried.joined(separator: ", ")) exists. \
            The package makes one: apt-get install postgresql
            """
        case .cannotChangeUser(let needed):
            """
            PostgreSQL does not run as root, and there is no \(needed.joined(separator: " or ")) to run it as another \
            user. Install them with: apt-get install util-linux
            """
        case .invalidSetting(let name):
            "The setting '\(name)' has a name or a value that cannot be written into postgresql.conf."
        case .startFailed(let log):
            "The PostgreSQL server did not start. The end of its log:\n\(log)"
        case .supervisorEnded(let reason):
            "The process that watches over the PostgreSQL server has ended: \(reason)"
        }
    }
}
