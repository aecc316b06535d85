"""torch_works.py -- the works in PyTorch, as one writes them there: whole arrays, double precision.

Each takes the params, then the data, and gives the loss.
"""
import torch


def beale(x, y):
    return (1.5 - x + x * y) ** 2 + (2.25 - x + x * y ** 2) ** 2 + (2.625 - x + x * y ** 3) ** 2


def expexp(x):
    e = torch.exp(x)
    s = e + e ** 2
    return torch.exp(s) + torch.sin(s)


def rosenbrock(x):
    return torch.sum(100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2)


def logsumexp(x):
    return torch.logsumexp(x, 0)


def gmm(alpha, mu, q, L, x):
    factor = torch.tril(L, -1) + torch.diag_embed(torch.exp(q))
    z = torch.einsum("kij,nkj->nki", factor, x[:, None, :] - mu)
    terms = alpha + q.sum(1) - 0.5 * (z ** 2).sum(2)
    return -torch.logsumexp(terms, 1).sum() + x.shape[0] * torch.logsumexp(alpha, 0)


def lstm(W, b, into, out, offset, x):
    c, h = torch.zeros_like(W[:, 0]).unbind(), torch.zeros_like(W[:, 0]).unbind()
    top = []
    for row in x[:-1]:
        below, new_c, new_h = into * row, [], []
        for k in range(2):
            forget, leave = torch.sigmoid(W[k, 0::2] * below + b[k, 0::2])
            change = W[k, 1::2] * h[k] + b[k, 1::2]
            new_c.append(forget * c[k] + torch.sigmoid(change[0]) * torch.tanh(change[1]))
            below = leave * torch.tanh(new_c[k])
            new_h.append(below)
        c, h = new_c, new_h
        top.append(below)
    y = out * torch.stack(top) + offset
    return -torch.sum(x[1:] * torch.log_softmax(y, 1)) / len(top)


def bundle(what, cam, X, w, cam_of, point_of, feat):
    """Residuals; with them the rows of their Jacobian: an observation's row depends on what was gathered for it alone."""
    grad = what == "grad"
    with torch.set_grad_enabled(grad):
        camera, point, weight = (v.detach().requires_grad_(grad) for v in (cam[cam_of], X[point_of], w))
        r, v = camera[:, :3], point - camera[:, 3:6]
        theta = torch.linalg.norm(r, dim=1, keepdim=True)
        k, s, c = r / theta, torch.sin(theta), torch.cos(theta)
        q = v * c + torch.cross(k, v, dim=1) * s + k * torch.sum(k * v, 1, keepdim=True) * (1 - c)
        u = q[:, :2] / q[:, 2:]
        rho = torch.sum(u ** 2, 1, keepdim=True)
        L = 1 + camera[:, 9:10] * rho + camera[:, 10:] * rho ** 2
        err = weight[:, None] * (camera[:, 6:7] * u * L + camera[:, 7:9] - feat)
        if not grad:
            return err
        rows = [torch.autograd.grad(err[:, i].sum(), (camera, point, weight), retain_graph=i == 0) for i in range(2)]
        return err, [torch.stack([torch.cat([a, b, c[:, None]], 1) for a, b, c in rows], 1)]


def kmeans(c, x):
    return torch.sum((x[:, None, :] - c) ** 2, 2).min(1).values.sum()


def lowrank(U, V, A):
    return torch.sum((U @ V - A) ** 2)


def softmax(W, b, penalty, X, label):
    return torch.nn.functional.cross_entropy(X @ W.T + b, label) + penalty / 2 * torch.sum(W ** 2)


def mlp(W1, b1, W2, b2, penalty, X, label):
    Z = torch.sigmoid(X @ W1.T + b1)
    return torch.nn.functional.cross_entropy(Z @ W2.T + b2, label) + penalty / 2 * (torch.sum(W1 ** 2) + torch.sum(W2 ** 2))


def convnet(K1, c1, K2, c2, W, b, X, label):
    f = torch.nn.functional
    P1 = f.avg_pool2d(torch.relu(f.conv2d(X[:, None], K1[:, None], c1)), 2)
    P2 = f.avg_pool2d(torch.relu(f.conv2d(P1, K2, c2)), 2)
    return f.cross_entropy(P2.flatten(1) @ W.flatten(1).T + b, label)
