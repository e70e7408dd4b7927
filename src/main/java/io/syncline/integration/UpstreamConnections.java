package io.syncline.integration;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.apache.camel.component.jdbc.DefaultConnectionStrategy;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connections by which sources read databases, as camel-jdbc's {@code connectionStrategy}. What a thread waits for there, such as a lock on the
 * table, can be broken off. Safe for use by many threads.
 */
public final class UpstreamConnections extends DefaultConnectionStrategy implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(UpstreamConnections.class);
    /** Beyond these, what is to be broken off waits until it is asked for again. */
    private static final int MOST_AT_ONCE = 16;

    private final Map<Thread, Call> calls = new ConcurrentHashMap<>();
    /** To cancel a statement is to speak to the database, which may not answer. */
    private final ExecutorService breaking = new ThreadPoolExecutor(
            0,
            MOST_AT_ONCE,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
                Thread thread = new Thread(task, "syncline-cancel");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    @Override
    public Connection getConnection(DataSource database) throws SQLException {
        Call call = new Call(Thread.currentThread(), super.getConnection(database));
        calls.put(call.thread, call);
        return call.watched();
    }

    /**
     * Breaks off what a thread waits for, if it does; it fails there with an {@link SQLException}. The first time that cancels the statement, each
     * further one for the same connection closes that. Does not wait for it.
     */
    public void abort(Thread thread) {
        Call call = calls.get(thread);
        if (call != null) {
            breaking.execute(call::breakOff);
        }
    }

    @Override
    public void close() {
        breaking.shutdownNow();
    }

    /** One connection while a thread has it. */
    private final class Call implements InvocationHandler {

        private final Thread thread;
        private final Connection connection;
        private final AtomicInteger attempts = new AtomicInteger();
        private volatile Statement statement;
        private boolean closed;

        Call(Thread thread, Connection connection) {
            this.thread = thread;
            this.connection = connection;
        }

        Connection watched() {
            return (Connection) Proxy.newProxyInstance(
                    UpstreamConnections.class.getClassLoader(), new Class<?>[] {Connection.class}, this);
        }

        @Override
        public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
            if (method.getName().equals("close")) {
                end();
            }
            try {
                Object result = method.invoke(connection, arguments);
                if (result instanceof Statement made) {
                    statement = made;
                }
                return result;
            } catch (InvocationTargetException failure) {
                throw failure.getCause();
            }
        }

        /** What comes later is not to hit whoever has the connection next. */
        private synchronized void end() {
            closed = true;
            calls.remove(thread, this);
        }

        private void breakOff() {
            try {
                if (attempts.getAndIncrement() > 0) {
                    connection.abort(Runnable::run);
                } else {
                    cancel();
                }
            } catch (SQLException failure) {
                LOG.debug("A statement cannot be cancelled", failure);
            }
        }

        private synchronized void cancel() throws SQLException {
            if (closed) {
                return;
            }
            if (connection.isWrapperFor(PGConnection.class)) {
                // Its statement can be cancelled only while it is executed, and waits for locks already while it is
                // described.
                connection.unwrap(PGConnection.class).cancelQuery();
            } else if (statement != null) {
                statement.cancel();
            }
        }
    }
}
