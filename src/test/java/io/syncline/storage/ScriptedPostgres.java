package io.syncline.storage;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A server that speaks just enough of PostgreSQL's protocol to be of any version, or to refuse. */
final class ScriptedPostgres implements AutoCloseable {

    private static final int TLS_ASKED = 80_877_103;
    private static final int GSS_ASKED = 80_877_104;

    private final ServerSocket listening = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    private final byte[] greeting;

    private ScriptedPostgres(byte[] greeting) throws IOException {
        this.greeting = greeting;
        Thread thread = new Thread(this::serve, "scripted-postgres");
        thread.setDaemon(true);
        thread.start();
    }

    /** Lets everybody in, and says of which version it is. */
    static ScriptedPostgres ofVersion(String version) throws IOException {
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        greeting.write(message('R', new byte[4]));
        for (String parameter : new String[] {
            "server_version\0" + version,
            "client_encoding\0UTF8",
            "DateStyle\0ISO, MDY",
            "standard_conforming_strings\0on",
            "integer_datetimes\0on",
            "TimeZone\0UTC"
        }) {
            greeting.write(message('S', text(parameter)));
        }
        greeting.write(message('K', new byte[8]));
        greeting.write(message('Z', new byte[] {'I'}));
        return new ScriptedPostgres(greeting.toByteArray());
    }

    /** Lets nobody in. */
    static ScriptedPostgres refusing(String state, String reason) throws IOException {
        ByteArrayOutputStream fields = new ByteArrayOutputStream();
        fields.write(text("SFATAL"));
        fields.write(text("C" + state));
        fields.write(text("M" + reason));
        fields.write(0);
        return new ScriptedPostgres(message('E', fields.toByteArray()));
    }

    String url() {
        // So that the driver asks for nothing of itself after it was let in.
        return "jdbc:postgresql://127.0.0.1:" + listening.getLocalPort() + "/syncline?assumeMinServerVersion=9.4";
    }

    private void serve() {
        while (!listening.isClosed()) {
            try (Socket client = listening.accept()) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                DataOutputStream out = new DataOutputStream(client.getOutputStream());
                while (isQuestion(in)) {
                    out.write('N');
                }
                out.write(greeting);
                while (in.read() >= 0) {
                    // Until it hangs up.
                }
            } catch (IOException hungUp) {
                // The next one may do better.
            }
        }
    }

    /** Whether a first message is only a question about encryption. */
    private static boolean isQuestion(DataInputStream in) throws IOException {
        int length = in.readInt();
        int code = in.readInt();
        in.readFully(new byte[length - 8]);
        return code == TLS_ASKED || code == GSS_ASKED;
    }

    private static byte[] text(String text) {
        return (text + "\0").getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] message(char type, byte[] content) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.write(type);
        out.writeInt(content.length + 4);
        out.write(content);
        return bytes.toByteArray();
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
