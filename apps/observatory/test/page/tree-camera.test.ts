import { assert, suite } from '@oxbow/testkit';
import { MAX_ZOOM, type Point, TreeCamera } from '../../src/page/tree-camera.ts';

const SIZE = { width: 232, height: 232 };
const near = (point: Point, x: number, y: number): void =>
  assert.ok(Math.hypot(point.x - x, point.y - y) < 1e-6, JSON.stringify(point));

const test = suite('the camera of the tree');

test('shows the whole tree at first, in the middle of the picture', () => {
  const camera = new TreeCamera();
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 116, 116);
  near(camera.toPicture({ x: 1, y: 0 }, SIZE), 216, 116);
  near(camera.toTree({ x: 216, y: 116 }, SIZE), 1, 0);
});

test('fills a wide or a high picture by an oval, and not without end', () => {
  const camera = new TreeCamera();
  near(camera.toPicture({ x: 1, y: 1 }, { width: 332, height: 232 }), 316, 216);
  near(camera.toPicture({ x: 1, y: 1 }, { width: 2000, height: 232 }), 1160, 216);
  near(camera.toPicture({ x: 1, y: 1 }, { width: 232, height: 2000 }), 216, 1160);
});

test('what is under the pointer stays there while one comes nearer', () => {
  const camera = new TreeCamera();
  const at = { x: 156, y: 96 };
  const place = camera.toTree(at, SIZE);
  camera.zoomBy(4, at, SIZE);
  near(camera.toPicture(place, SIZE), at.x, at.y);
  assert.is(camera.zoom, 4);
});

test('comes no nearer than its bound, and goes no further away than the whole', () => {
  const camera = new TreeCamera();
  camera.zoomBy(MAX_ZOOM, { x: 116, y: 116 }, SIZE);
  camera.zoomBy(1.5, { x: 116, y: 116 }, SIZE);
  assert.is(camera.zoom, MAX_ZOOM);
  camera.zoomBy(1e-9, { x: 116, y: 116 }, SIZE);
  assert.is(camera.zoom, 1);
});

test('is moved by the hand, and never away from the tree', () => {
  const camera = new TreeCamera();
  camera.panBy(50, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 116, 116);
  camera.zoomBy(2, { x: 116, y: 116 }, SIZE);
  camera.panBy(50, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 166, 116);
  camera.panBy(5000, 0, SIZE);
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 216, 116);
});

test('brings a place into the middle when it is out of the picture, and leaves it where it is seen', () => {
  const camera = new TreeCamera();
  camera.zoomBy(10, { x: 116, y: 116 }, SIZE);
  camera.reveal({ x: 0.5, y: 0 }, SIZE);
  near(camera.toPicture({ x: 0.5, y: 0 }, SIZE), 116, 116);
  camera.reveal({ x: 0.55, y: 0 }, SIZE);
  near(camera.toPicture({ x: 0.5, y: 0 }, SIZE), 116, 116);
  camera.reset();
  near(camera.toPicture({ x: 0, y: 0 }, SIZE), 116, 116);
});

test.run();
