"""contenders.py -- what is timed: a shared library (bench.h) or a function of PyTorch, behind the same three methods.

value() gives loss and gradient as they come out, time(what, calls) the ns of a call, and threads says how many it may use.
"""
import ctypes
import os
import time
from math import prod

REAL = ctypes.POINTER(ctypes.c_double)


class Harness:
    """harness.c, and the numbers that it makes."""

    def __init__(self, library):
        self.lib = ctypes.CDLL(str(library))
        self.lib.harness_time.restype = ctypes.c_double
        self.lib.harness_peak.restype = ctypes.c_double
        self.lib.harness_difference.restype = ctypes.c_double

    def numbers(self, spec, seed):
        shape, kind, a, b = spec
        n = prod(shape)
        x = ((ctypes.c_int32 if kind == "integers" else ctypes.c_double) * max(n, 1))()
        make = getattr(self.lib, "harness_" + kind)
        args = [ctypes.c_double(a)] if kind == "integers" else [ctypes.c_double(a), ctypes.c_double(b)]
        make(x, ctypes.c_size_t(n), ctypes.c_uint64(seed), *args)
        return x

    def difference(self, a, b):
        return self.lib.harness_difference(a, b, ctypes.c_size_t(len(b)))

    def peak(self, threads):
        return self.lib.harness_peak(threads)


class Point:
    """The numbers of a work: the same memory for all contenders."""

    def __init__(self, harness, work):
        self.harness, self.work = harness, work
        self.params = [harness.numbers(p, 100 + i) for i, p in enumerate(work.params)]
        self.theta = (ctypes.c_double * work.nparam)(*(v for p in self.params for v in p))
        self.arrays = [harness.numbers(d, 200 + i) for i, d in enumerate(work.data) if isinstance(d, tuple)]
        arrays = iter(self.arrays)
        # the data struct: a pointer or a double in each eight bytes
        words = [bytes(ctypes.c_void_p(ctypes.addressof(next(arrays)))) if isinstance(d, tuple) else bytes(ctypes.c_double(d))
                 for d in work.data]
        self.data = ctypes.create_string_buffer(b"".join(words), 8 * max(len(words), 1))
        self.dims = (ctypes.c_size_t * max(len(work.dims), 1))(*work.dims.values())


ALL_CORES = os.sched_getaffinity(0)


def any_core():
    """The thread that calls may be bound to a core by who came before."""
    os.sched_setaffinity(0, ALL_CORES)


class Native:
    def __init__(self, label, library, point, threads=1):
        self.label, self.point, self.threads = label, point, threads
        self.lib = ctypes.CDLL(str(library))
        self.lib.bench_work.restype = ctypes.c_size_t
        self.work_bytes = self.lib.bench_work(point.dims)
        self.work = ctypes.create_string_buffer(self.work_bytes + 64)
        self.aligned = ctypes.c_void_p(-(-ctypes.addressof(self.work) // 64) * 64)
        self.loss = (ctypes.c_double * point.work.value)()
        self.grad = (ctypes.c_double * point.work.nderivative)()

    def value(self):
        p = self.point
        self.set_threads()
        code = self.lib.bench_grad(p.dims, p.theta, p.data, self.loss, self.grad, self.aligned)
        if code == 0 and p.work.value > 1:
            code = self.lib.bench_loss(p.dims, p.theta, p.data, self.loss, self.aligned)
        return (self.loss, self.grad) if code == 0 else (None, None)

    def set_threads(self):
        any_core()
        if hasattr(self.lib, "bench_threads"):
            self.lib.bench_threads(self.threads)

    def time(self, what, calls):
        p = self.point
        self.set_threads()
        loss, grad = (None, self.lib.bench_grad) if what == "grad" else (self.lib.bench_loss, None)
        return p.harness.lib.harness_time(loss, grad, p.dims, p.theta, p.data, self.loss, self.grad, self.aligned,
                                          ctypes.c_long(calls), self.threads > 1)


class Torch:
    work_bytes = None

    def __init__(self, label, torch, function, point, threads=1):
        self.label, self.torch, self.function, self.point, self.threads = label, torch, function, point, threads
        view = lambda x, spec: torch.frombuffer(x, dtype=torch.int32).long().reshape(spec[0]) if spec[1] == "integers" else \
            torch.frombuffer(x, dtype=torch.float64).reshape(spec[0])
        work, arrays = point.work, iter(point.arrays)
        self.params = [view(x, s).clone().requires_grad_() for x, s in zip(point.params, work.params)]
        self.data = [view(next(arrays), d) if isinstance(d, tuple) else d for d in work.data]

    def call(self, what):
        if self.point.work.output:
            return self.function(what, *self.params, *self.data)
        if what == "loss":
            with self.torch.no_grad():
                return self.function(*self.params, *self.data)
        loss = self.function(*self.params, *self.data)
        return loss, self.torch.autograd.grad(loss, self.params)

    def value(self):
        any_core()
        self.torch.set_num_threads(self.threads)
        as_array = lambda x: (ctypes.c_double * x.numel())(*x.detach().reshape(-1).tolist())
        loss, grads = self.call("grad")
        return as_array(loss), as_array(self.torch.cat([g.reshape(-1) for g in grads]))

    def time(self, what, calls):
        any_core()
        self.torch.set_num_threads(self.threads)
        clock = time.perf_counter_ns if self.threads > 1 else time.thread_time_ns
        start = clock()
        for _ in range(calls):
            self.call(what)
        return (clock() - start) / calls
