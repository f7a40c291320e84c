// A PostgreSQL connection in one file: protocol 3.0, SCRAM-SHA-256, statements with text parameters. It exists because
// Debian packages no driver for Mono. One thread at a time; any error ends the connection.
using System;
using System.Collections.Generic;
using System.IO;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

public sealed class PostgresError : Exception {
    public PostgresError(string message) : base(message) { }
}

public sealed class Postgres : IDisposable {
    readonly TcpClient socket_;
    readonly Stream stream_;

    public Postgres(string host, int port, string database, string user, string password) {
        socket_ = new TcpClient { NoDelay = true, ReceiveTimeout = 5000, SendTimeout = 5000 };
        socket_.Connect(host, port);
        stream_ = new BufferedStream(socket_.GetStream());
        var startup = new Message('\0').Int32(196608);
        foreach (var word in new[] { "user", user, "database", database, "" }) startup.Text(word);
        startup.SendTo(stream_);
        stream_.Flush();
        Authenticate(password);
        ReadUntilReady(null);
    }

    // Runs one statement; its parameters travel apart from its text. Each row is an array of texts, null for NULL.
    public List<string[]> Run(string statement, params string[] parameters) {
        new Message('P').Text("").Text(statement).Int16(0).SendTo(stream_);
        var bind = new Message('B').Text("").Text("").Int16(0).Int16(parameters.Length);
        foreach (var parameter in parameters) bind.Counted(Encoding.UTF8.GetBytes(parameter));
        bind.Int16(0).SendTo(stream_);
        new Message('E').Text("").Int32(0).SendTo(stream_);
        new Message('S').SendTo(stream_);
        stream_.Flush();
        var rows = new List<string[]>();
        ReadUntilReady(rows);
        return rows;
    }

    public void Dispose() {
        stream_.Dispose();
        socket_.Close();
    }

    void ReadUntilReady(List<string[]> rows) {
        string error = null;
        for (;;) {
            var answer = Reply.ReadFrom(stream_);
            if (answer.Kind == 'E') error = answer.ErrorText();
            if (answer.Kind == 'D') rows.Add(answer.Row());
            if (answer.Kind == 'E' && rows == null) break;  // refused before the session began: nothing more will come
            if (answer.Kind == 'Z') break;
        }
        if (error != null) throw new PostgresError(error);
    }

    // RFC 5802 and 7677, without channel binding.
    void Authenticate(string password) {
        var nonce = RandomText();
        var clientFirst = "n=,r=" + nonce;
        if (Expect(10, 0) == null) return;  // the server trusts this address
        new Message('p').Text("SCRAM-SHA-256").Counted(Encoding.UTF8.GetBytes("n,," + clientFirst)).SendTo(stream_);
        stream_.Flush();

        var serverFirst = Expect(11);
        var fields = Fields(serverFirst);
        if (!fields['r'].StartsWith(nonce)) throw new PostgresError("the server answered with another nonce");
        var salted = Salted(password, Convert.FromBase64String(fields['s']), int.Parse(fields['i']));
        var clientKey = Hmac(salted, "Client Key");
        var clientFinal = "c=biws,r=" + fields['r'];
        var all = clientFirst + "," + serverFirst + "," + clientFinal;
        byte[] storedKey;
        using (var sha = SHA256.Create()) storedKey = sha.ComputeHash(clientKey);
        var proof = Xor(clientKey, Hmac(storedKey, all));
        new Message('p').Bytes(Encoding.UTF8.GetBytes(clientFinal + ",p=" + Convert.ToBase64String(proof))).SendTo(stream_);
        stream_.Flush();

        var signature = Convert.ToBase64String(Hmac(Hmac(salted, "Server Key"), all));
        if (Fields(Expect(12))['v'] != signature) throw new PostgresError("the server does not know the password");
        Expect(0);
    }

    // Reads an authentication request of one of these codes; null for code 0, which is "done".
    string Expect(params int[] codes) {
        var answer = Reply.ReadFrom(stream_);
        if (answer.Kind == 'E') throw new PostgresError(answer.ErrorText());
        var code = answer.Kind == 'R' ? answer.Int32() : -1;
        if (Array.IndexOf(codes, code) < 0) throw new PostgresError("the server asks for authentication method " + code);
        return code == 0 ? null : answer.Rest();
    }

    static byte[] Salted(string password, byte[] salt, int rounds) {
        using (var mac = new HMACSHA256(Encoding.UTF8.GetBytes(password))) {
            var block = new byte[salt.Length + 4];
            salt.CopyTo(block, 0);
            block[block.Length - 1] = 1;
            var round = mac.ComputeHash(block);
            var result = (byte[])round.Clone();
            for (var i = 1; i < rounds; i++) {
                round = mac.ComputeHash(round);
                result = Xor(result, round);
            }
            return result;
        }
    }

    static byte[] Hmac(byte[] key, string text) {
        using (var mac = new HMACSHA256(key)) return mac.ComputeHash(Encoding.UTF8.GetBytes(text));
    }

    static byte[] Xor(byte[] a, byte[] b) {
        var result = new byte[a.Length];
        for (var i = 0; i < a.Length; i++) result[i] = (byte)(a[i] ^ b[i]);
        return result;
    }

    static string RandomText() {
        var bytes = new byte[18];
        using (var random = RandomNumberGenerator.Create()) random.GetBytes(bytes);
        return Convert.ToBase64String(bytes);
    }

    static Dictionary<char, string> Fields(string text) {
        var fields = new Dictionary<char, string>();
        foreach (var field in text.TrimEnd('\0').Split(','))
            if (field.Length > 1 && field[1] == '=') fields[field[0]] = field.Substring(2);
        return fields;
    }

    // What we send: a kind, a length, and fields in network byte order.
    sealed class Message {
        readonly char kind_;
        readonly MemoryStream body_ = new MemoryStream();
        public Message(char kind) { kind_ = kind; }
        public Message Bytes(byte[] bytes) { body_.Write(bytes, 0, bytes.Length); return this; }
        public Message Int16(int n) { return Bytes(new[] { (byte)(n >> 8), (byte)n }); }
        public Message Int32(int n) { return Int16(n >> 16).Int16(n); }
        public Message Text(string text) { return Bytes(Encoding.UTF8.GetBytes(text)).Bytes(new byte[1]); }
        public Message Counted(byte[] bytes) { return Int32(bytes.Length).Bytes(bytes); }
        public void SendTo(Stream stream) {
            if (kind_ != '\0') stream.WriteByte((byte)kind_);
            var length = new Message('\0').Int32((int)body_.Length + 4);
            length.body_.WriteTo(stream);
            body_.WriteTo(stream);
        }
    }

    // What the server sends.
    sealed class Reply {
        const int kBytesMax = 1 << 20;
        public char Kind { get; private set; }
        byte[] body_;
        int at_;

        public static Reply ReadFrom(Stream stream) {
            var head = Exactly(stream, 5);
            var reply = new Reply { Kind = (char)head[0], body_ = head, at_ = 1 };
            var length = reply.Int32() - 4;
            if (length < 0 || length > kBytesMax) throw new PostgresError("a message of " + length + " bytes");
            reply.body_ = Exactly(stream, length);
            reply.at_ = 0;
            return reply;
        }

        public int Int16() { at_ += 2; return body_[at_ - 2] << 8 | body_[at_ - 1]; }
        public int Int32() { return Int16() << 16 | Int16(); }
        public string Text(int length) { at_ += length; return Encoding.UTF8.GetString(body_, at_ - length, length); }
        public string Rest() { return Text(body_.Length - at_); }

        public string[] Row() {
            var row = new string[Int16()];
            for (var i = 0; i < row.Length; i++) {
                var length = Int32();
                row[i] = length < 0 ? null : Text(length);
            }
            return row;
        }

        public string ErrorText() {
            foreach (var field in Rest().Split('\0'))
                if (field.StartsWith("M")) return field.Substring(1);
            return "an error without a message";
        }

        static byte[] Exactly(Stream stream, int length) {
            var bytes = new byte[length];
            for (var have = 0; have < length;) {
                var got = stream.Read(bytes, have, length - have);
                if (got == 0) throw new PostgresError("the server closed the connection");
                have += got;
            }
            return bytes;
        }
    }
}
