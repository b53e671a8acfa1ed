import CLibPQ
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A connection of libpq: each method is one of its calls, and the handle is closed when the object goes away.
@safe
final class ConnectionHandle {
    private let pointer: OpaquePointer
    private let notices: NoticeBox
    /// When the server was last heard of, or given something to answer.
    private(set) var lastWord = ContinuousClock.now

    /// Connects, and waits until that succeeded or failed; `isOpen` tells which.
    ///
    /// Nil only when memory is exhausted.
    init?(parameters: [(keyword: String, value: String)]) {
        // Values are final: expand_dbname is off, or a database's name could smuggle in a connection string.
        let connection = unsafe withCStrings(parameters.map(\.keyword)) { keywords in
            unsafe withCStrings(parameters.map(\.value)) { values in
                unsafe PQconnectdbParams(keywords, values, 0)
            }
        }
        guard let connection = unsafe connection else { return nil }
        unsafe pointer = connection
        notices = NoticeBox()
        unsafe PQsetNoticeReceiver(connection, receiveNotice, Unmanaged.passUnretained(notices).toOpaque())
        // Fails only on a connection that is not open.
        _ = unsafe PQsetnonblocking(connection, 1)
    }

    /// What libpq makes of the keyword `options` for these parameters, files of services included.
    ///
    /// The connection is begun and given up before anything is sent.
    static func startupOptions(for parameters: [(keyword: String, value: String)]) -> String? {
        let connection = unsafe withCStrings(parameters.map(\.keyword)) { keywords in
            unsafe withCStrings(parameters.map(\.value)) { values in
                unsafe PQconnectStartParams(keywords, values, 0)
            }
        }
        defer { unsafe PQfinish(connection) }
        guard let options = unsafe PQconninfo(connection) else { return nil }
        defer { unsafe PQconninfoFree(options) }
        return unsafe LibPQ.read(options).first { $0.keyword == "options" }?.value
    }

    // The box outlives the handle: stored properties are released after this.
    deinit { unsafe PQfinish(pointer) }

    // MARK: - State

    var isOpen: Bool { unsafe PQstatus(pointer) == CONNECTION_OK }
    var processID: Int32 { unsafe PQbackendPID(pointer) }
    var serverVersion: Int { unsafe Int(PQserverVersion(pointer)) }
    var errorMessage: String { unsafe String(cString: PQerrorMessage(pointer)) }
    /// Whether the server asked for a password, or got one.
    var hasUsedPassword: Bool {
        unsafe PQconnectionUsedPassword(pointer) == 1 || PQconnectionNeedsPassword(pointer) == 1
    }
    /// Where the connection leads, as parameters.
    var address: [(keyword: String, value: String)] {
        let values = unsafe [PQhost(pointer), PQhostaddr(pointer), PQport(pointer)]
        return unsafe zip(["host", "hostaddr", "port"], values).compactMap { keyword, value in
            unsafe value.map { (keyword, unsafe String(cString: $0)) }
        }
    }
    var cancelToken: CancelToken? { unsafe CancelToken(connection: pointer) }

    /// Where the session stands between statements, by the server's last word.
    var transactionStatus: TransactionStatus {
        switch unsafe PQtransactionStatus(pointer) {
        case PQTRANS_IDLE: .idle
        case PQTRANS_INTRANS: .open
        case PQTRANS_INERROR: .failed
        default: .unknown
        }
    }

    /// The notices since the last call of this method.
    func takeNotices() -> [Notice] {
        defer { notices.all = [] }
        return notices.all
    }

    // MARK: - One exchange

    /// Hands one message of the simple protocol to libpq; false when the connection is broken.
    func send(script: String) -> Bool {
        lastWord = .now
        return unsafe PQsendQuery(pointer, script) == 1
    }

    /// Hands one statement with text parameters to libpq; false when the connection is broken.
    func send(statement: String, parameters: [String?]) -> Bool {
        lastWord = .now
        return unsafe withCStrings(parameters) { values in
            unsafe PQsendQueryParams(pointer, statement, Int32(parameters.count), nil, values, nil, nil, 0) == 1
        }
    }

    /// Has the server parse a statement under a name; false when the connection is broken.
    func prepare(_ statement: String, as name: String) -> Bool {
        unsafe PQsendPrepare(pointer, name, statement, 0, nil) == 1
    }

    /// Hands the text parameters of a statement of that name to libpq; false when the connection is broken.
    func send(prepared name: String, parameters: [String?]) -> Bool {
        unsafe withCStrings(parameters) { values in
            unsafe PQsendQueryPrepared(pointer, name, Int32(parameters.count), values, nil, nil, 0) == 1
        }
    }

    /// Waits until the server's next result is complete, for at most `patience` of silence; false when it is not yet.
    ///
    /// Breakage counts as a result, for libpq hands it out as one.
    func awaitResult(patience: Duration) -> Bool {
        let isUnsent = unsafe PQflush(pointer) == 1
        if !isUnsent, unsafe PQisBusy(pointer) == 0 { return true }
        let events = POLLIN | (isUnsent ? POLLOUT : 0)
        var descriptor = unsafe pollfd(fd: PQsocket(pointer), events: Int16(events), revents: 0)
        let ready = unsafe poll(&descriptor, 1, Int32(patience.wholeMilliseconds))
        // Silence, or a signal that the program takes elsewhere.
        if ready <= 0 { return !isOpen }
        if descriptor.revents & Int16(POLLIN) != 0 { lastWord = .now }
        if unsafe PQconsumeInput(pointer) == 0 { return true }
        return unsafe PQisBusy(pointer) == 0
    }

    /// Whether bytes of the server, or the end of the connection, wait to be read.
    var hasInput: Bool {
        var descriptor = unsafe pollfd(fd: PQsocket(pointer), events: Int16(POLLIN), revents: 0)
        return unsafe poll(&descriptor, 1, 0) != 0
    }

    /// The next result of the exchange, or nil when it is over; waits when `awaitResult` was false.
    func nextResult() -> ServerResult? {
        unsafe PQgetResult(pointer).map { unsafe ServerResult(owning: $0) }
    }
}

/// Where a session stands between statements.
enum TransactionStatus {
    case idle
    case open
    /// A statement failed; the server accepts nothing but the end of the transaction.
    case failed
    case unknown
}

/// Notices on their way from libpq's callback, which runs inside calls of the same connection only.
private final class NoticeBox {
    var all: [Notice] = []
}

private func receiveNotice(_ box: UnsafeMutableRawPointer?, _ result: OpaquePointer?) {
    guard let box = unsafe box, let result = unsafe result else { return }
    let notice = unsafe ServerFields(result: result).notice()
    unsafe Unmanaged<NoticeBox>.fromOpaque(box).takeUnretainedValue().all.append(notice)
}

/// Lends the texts as an array of C strings that ends with a null pointer; nil stays null.
@unsafe private func withCStrings<T>(
    _ texts: [String?],
    _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> T
) -> T {
    var copies = unsafe texts.map { text in unsafe text.flatMap { unsafe UnsafePointer(strdup($0)) } }
    unsafe copies.append(nil)
    defer { unsafe copies.forEach { unsafe free(UnsafeMutablePointer(mutating: $0)) } }
    return unsafe copies.withUnsafeBufferPointer { buffer in
        // An array with an element has an address.
        guard let start = buffer.baseAddress else { preconditionFailure("an empty array of parameters") }
        return unsafe body(start)
    }
}
